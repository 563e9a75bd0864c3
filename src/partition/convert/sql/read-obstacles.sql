-- What keeps a table from being turned into partitions, each with what would have to be done first. $1 the table, $2 the column.
WITH t AS (SELECT * FROM pg_catalog.pg_class WHERE oid = $1::int8::oid),
key AS (SELECT a.* FROM pg_catalog.pg_attribute a JOIN t ON t.oid = a.attrelid WHERE a.attname = $2 AND a.attnum > 0 AND NOT a.attisdropped)
SELECT 'kind' AS "what", pg_catalog.format('it is %s', CASE relkind WHEN 'p' THEN 'partitioned already' WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'f' THEN 'a foreign table' ELSE 'no table' END) AS "why" FROM t WHERE relkind <> 'r'
UNION ALL SELECT 'persistence', CASE relpersistence WHEN 'u' THEN 'it is unlogged; ALTER TABLE … SET LOGGED first' ELSE 'it is temporary' END FROM t WHERE relpersistence <> 'p'
UNION ALL SELECT 'partition', 'it is a partition itself' FROM t WHERE relispartition
UNION ALL SELECT 'inheritance', 'it inherits from another table or is inherited from' FROM t WHERE NOT relispartition AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = t.oid OR i.inhparent = t.oid)
UNION ALL SELECT 'type', 'it is a table of a composite type' FROM t WHERE reloftype <> 0
UNION ALL SELECT 'row security', 'row security is forced on its owner too: rows that a policy hides could not be copied. Connect as a superuser or a role with BYPASSRLS' FROM t WHERE relforcerowsecurity AND relrowsecurity AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user)
UNION ALL SELECT 'column', pg_catalog.format('it has no column %s', $2) WHERE NOT EXISTS (SELECT FROM key)
UNION ALL SELECT 'column', pg_catalog.format('%s is of the type %s; allowed are timestamp with time zone and date', attname, pg_catalog.format_type(atttypid, atttypmod)) FROM key WHERE atttypid NOT IN ('timestamptz'::regtype, 'date'::regtype)
UNION ALL SELECT 'column', pg_catalog.format('%s may be NULL, which belongs in no partition; ADD CHECK (%1$s IS NOT NULL) NOT VALID, VALIDATE it, then SET NOT NULL', attname) FROM key WHERE NOT attnotnull
UNION ALL SELECT 'column', pg_catalog.format('%s is generated', attname) FROM key WHERE attgenerated <> ''
UNION ALL SELECT 'primary key', 'it has no primary key, by which rows are told apart' FROM t WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
UNION ALL SELECT 'primary key', 'its primary key is deferrable' FROM t WHERE EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND NOT i.indimmediate)
UNION ALL SELECT 'primary key', pg_catalog.format('the key column %s is of the type %s, whose operators live in %s, not in pg_catalog; the triggers could not tell its rows apart. Give it a key of a built-in type', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), o.oprnamespace::regnamespace)
  FROM t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisprimary
  CROSS JOIN LATERAL pg_catalog.unnest(i.indclass::oid[]) WITH ORDINALITY AS k (opclass, n)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[k.n - 1]
  JOIN pg_catalog.pg_opclass c ON c.oid = k.opclass
  JOIN pg_catalog.pg_amop s ON s.amopfamily = c.opcfamily AND s.amoplefttype = c.opcintype AND s.amoprighttype = c.opcintype AND s.amopstrategy = 3
  JOIN pg_catalog.pg_operator o ON o.oid = s.amopopr AND o.oprnamespace <> 'pg_catalog'::regnamespace
UNION ALL SELECT 'unique', pg_catalog.format('%s cannot stay unique over all partitions: it does not hold %s. Drop it, or enforce it elsewhere', i.indexrelid::regclass, $2)
  FROM t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisunique AND NOT i.indisprimary
  WHERE NOT EXISTS (SELECT FROM key WHERE key.attnum = ANY (i.indkey::int2[]))
UNION ALL SELECT 'index', pg_catalog.format('%s is not valid; drop it or make it again', i.indexrelid::regclass) FROM t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND NOT i.indisvalid
UNION ALL SELECT 'exclusion', pg_catalog.format('the exclusion constraint %s cannot hold over partitions', k.conname) FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'x'
UNION ALL SELECT 'constraint', pg_catalog.format('%s is not validated; ALTER TABLE … VALIDATE CONSTRAINT %1$I first', k.conname) FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND NOT k.convalidated
UNION ALL SELECT 'foreign key', pg_catalog.format('%s of %s points to it, and what it points to cannot stay unique; drop it, or let it point to (key, %s)', k.conname, k.conrelid::regclass, $2) FROM t JOIN pg_catalog.pg_constraint k ON k.confrelid = t.oid AND k.conrelid <> t.oid AND k.contype = 'f'
UNION ALL SELECT 'reference', pg_catalog.format('%s points to %s, which %s may not lock (its foreign keys are made anew, which takes more than REFERENCES); GRANT REFERENCES, %s ON %s TO %I', k.conname, k.confrelid::regclass, current_user, CASE WHEN v.num >= 170000 THEN 'MAINTAIN' ELSE 'UPDATE' END, k.confrelid::regclass, current_user)
  FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.confrelid <> t.oid AND k.contype = 'f' AND k.conparentid = 0
  CROSS JOIN (SELECT pg_catalog.current_setting('server_version_num')::int AS num) v
  WHERE NOT pg_catalog.has_table_privilege(k.confrelid, 'UPDATE, DELETE, TRUNCATE' || CASE WHEN v.num >= 170000 THEN ', MAINTAIN' ELSE '' END)
     OR NOT pg_catalog.has_any_column_privilege(k.confrelid, 'REFERENCES')
UNION ALL SELECT 'self-reference', pg_catalog.format('%s refers to its own table by more than one column', k.conname) FROM t JOIN pg_catalog.pg_constraint k ON k.confrelid = t.oid AND k.conrelid = t.oid AND k.contype = 'f' AND pg_catalog.array_length(k.conkey, 1) > 1
UNION ALL SELECT 'rule', pg_catalog.format('it has the rule %s', r.rulename) FROM t JOIN pg_catalog.pg_rewrite r ON r.ev_class = t.oid
UNION ALL SELECT 'trigger', pg_catalog.format('the trigger %s is a constraint trigger or looks at transition tables row by row, which partitions cannot have', g.tgname) FROM t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
  AND (g.tgconstraint <> 0 OR ((g.tgoldtable IS NOT NULL OR g.tgnewtable IS NOT NULL) AND g.tgtype & 1 = 1))
UNION ALL SELECT 'view', pg_catalog.format('%s is a materialized view of it and would go on reading the old table; drop it and make it again afterwards', c.oid::regclass)
  FROM t JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind = 'm' GROUP BY c.oid
UNION ALL SELECT 'view', pg_catalog.format('the view %s belongs to %s', c.oid::regclass, pg_catalog.pg_get_userbyid(c.relowner))
  FROM t JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind = 'v' AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') GROUP BY c.oid
UNION ALL SELECT 'function', pg_catalog.format('the function %s is bound to the old table (its body is parsed beforehand); write it with a body in quotes', d.objid::regprocedure)
  FROM t JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_proc'::regclass GROUP BY d.objid
UNION ALL SELECT 'row type', pg_catalog.format('the function %s takes or gives rows of it, and would go on with those of the old table; drop it and make it again afterwards', d.objid::regprocedure)
  FROM t JOIN pg_catalog.pg_type y ON y.oid = t.reltype JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray) AND d.classid = 'pg_proc'::regclass GROUP BY d.objid
UNION ALL SELECT 'row type', pg_catalog.format('the column %s of %s holds rows of it, and would go on with those of the old table', a.attname, d.objid::regclass)
  FROM t JOIN pg_catalog.pg_type y ON y.oid = t.reltype JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray) AND d.classid = 'pg_class'::regclass AND d.objsubid > 0
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid GROUP BY a.attname, d.objid
UNION ALL SELECT 'key', pg_catalog.format('the view %s counts on %s (it groups by the key alone), which is to hold %s too; group by every column that it shows', c.oid::regclass, k.conname, $2)
  FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p' AND NOT EXISTS (SELECT FROM key WHERE key.attnum = ANY (k.conkey))
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class GROUP BY c.oid, k.conname
UNION ALL SELECT 'inheritance', pg_catalog.format('the check %s is NO INHERIT, which partitions cannot have', k.conname) FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'c' AND k.connoinherit
UNION ALL SELECT 'policy', pg_catalog.format('the policy %s of %s reads it and would go on reading the old table', p.polname, p.polrelid::regclass)
  FROM t JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_policy'::regclass
  JOIN pg_catalog.pg_policy p ON p.oid = d.objid AND p.polrelid <> t.oid GROUP BY p.polname, p.polrelid
UNION ALL SELECT 'publication', pg_catalog.format('the publication %s %s', p.pubname, CASE WHEN p.puballtables THEN 'is for all tables: the copies would be published too' WHEN NOT p.pubviaroot THEN 'names partitions, not their table: ALTER PUBLICATION %1$I SET (publish_via_partition_root = true) first' ELSE 'is for all tables of the schema: the copies would be published too' END)
  FROM t CROSS JOIN pg_catalog.pg_publication p
  WHERE p.puballtables
     OR EXISTS (SELECT FROM pg_catalog.pg_publication_tables pt JOIN pg_catalog.pg_namespace n ON n.nspname = pt.schemaname WHERE pt.pubname = p.pubname AND n.oid = t.relnamespace AND pt.tablename = t.relname)
        AND (NOT p.pubviaroot OR NOT EXISTS (SELECT FROM pg_catalog.pg_publication_rel pr WHERE pr.prpubid = p.oid AND pr.prrelid = t.oid))
