-- Every sequence with its last value, the column that it feeds and what that column can hold. NULL where the role may not
-- look; sequences that are locked exclusively are left out.
SELECT n.nspname::text AS "schema", c.relname::text AS "sequence",
       CASE WHEN pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT')
             AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
            THEN pg_catalog.pg_sequence_last_value(c.oid::pg_catalog.regclass)::text END AS "lastValue",
       pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') AS "mayRead",
       s.seqmin::text AS "min", s.seqmax::text AS "max", s.seqincrement::text AS "increment", s.seqcycle AS "cycles",
       coalesce(d.deptype = 'i', false) AS "isIdentity",
       s.seqmax < CASE pg_catalog.format_type(s.seqtypid, NULL)
                  WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END AS "isBound",
       tn.nspname::text AS "tableSchema", t.relname::text AS "table", a.attname::text AS "column",
       pg_catalog.format_type(a.atttypid, NULL) AS "columnType"
FROM pg_catalog.pg_sequence AS s
JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend AS d
  ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE c.relpersistence <> 't' AND c.oid <> ALL ($1::text::oid[])
