-- Everything of a table that must come along, as the catalog writes it (with search_path empty: every name whole).
WITH t AS (SELECT c.*, n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::int8::oid)
SELECT
  (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS "columns",
  (SELECT pg_catalog.json_build_object(
      'name', k.conname,
      'columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY o.n) FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS o(num, n) JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = o.num WHERE o.n <= i.indnkeyatts),
      'include', (SELECT coalesce(pg_catalog.json_agg(a.attname ORDER BY o.n), '[]') FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS o(num, n) JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = o.num WHERE o.n > i.indnkeyatts),
      'tablespace', (SELECT s.spcname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = i.indexrelid))
   FROM pg_catalog.pg_index i JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'p' WHERE i.indrelid = t.oid AND i.indisprimary) AS "primaryKey",
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', c.relname, 'definition', pg_catalog.pg_get_indexdef(i.indexrelid),
      'rest', pg_catalog.substr(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s%I.%I USING ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, c.relname, CASE WHEN t.relkind = 'p' THEN 'ONLY ' ELSE '' END, t.nspname, t.relname)) + 1),
      'isUnique', i.indisunique,
      'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace),
      'targets', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('column', a.attnum, 'target', a.attstattarget) ORDER BY a.attnum), '[]') FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND coalesce(a.attstattarget, -1) >= 0)) ORDER BY c.relname)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = t.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = t.oid)), '[]') AS "indexes",
  coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', k.conname, 'definition', pg_catalog.pg_get_constraintdef(k.oid),
      'tablespace', (SELECT s.spcname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = k.conindid)) ORDER BY k.conname)
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'u'), '[]') AS "uniques",
  coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', k.conname, 'definition', pg_catalog.pg_get_constraintdef(k.oid), 'schema', n.nspname, 'table', r.relname) ORDER BY k.conname)
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    WHERE k.conrelid = t.oid AND k.contype = 'f' AND k.confrelid <> t.oid AND k.conparentid = 0), '[]') AS "foreignKeys",
  coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', k.conname, 'definition', pg_catalog.pg_get_constraintdef(k.oid), 'onDelete', k.confdeltype,
      'column', (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = k.conkey[1]),
      'refers', (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = k.confkey[1])) ORDER BY k.conname)
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = t.oid AND k.confrelid = t.oid AND k.contype = 'f'), '[]') AS "selfKeys",
  coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', g.tgname, 'definition', pg_catalog.pg_get_triggerdef(g.oid), 'enabled', g.tgenabled) ORDER BY g.tgname)
    FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgname !~ '^zzz_veza_'), '[]') AS "triggers",
  coalesce((SELECT pg_catalog.json_agg(v ORDER BY v.oid) FROM (
      SELECT DISTINCT c.oid::int8, n.nspname AS "schema", c.relname AS "name", pg_catalog.pg_get_viewdef(c.oid) AS "definition", coalesce(pg_catalog.to_json(c.reloptions), '[]')::text AS "options"
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind = 'v' JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_rewrite'::regclass) AS v), '[]') AS "views",
  coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('schema', n.nspname, 'name', s.relname, 'column', a.attname) ORDER BY s.relname)
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.deptype = 'a'), '[]') AS "sequences",
  coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('column', a.attname, 'kind', a.attidentity, 'schema', n.nspname, 'name', s.relname,
      'start', q.seqstart::text, 'increment', q.seqincrement::text, 'min', q.seqmin::text, 'max', q.seqmax::text, 'cache', q.seqcache::text, 'cycles', q.seqcycle) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
    JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
    WHERE a.attrelid = t.oid AND a.attidentity <> ''), '[]') AS "identities",
  coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', p.pubname, 'columns', CASE WHEN pg_catalog.to_jsonb(pr) ->> 'prattrs' IS NULL THEN NULL ELSE pg_catalog.to_jsonb(pt) -> 'attnames' END, 'where', pg_catalog.to_jsonb(pt) ->> 'rowfilter') ORDER BY p.pubname)
    FROM pg_catalog.pg_publication_rel pr JOIN pg_catalog.pg_publication p ON p.oid = pr.prpubid LEFT JOIN pg_catalog.pg_publication_tables pt ON pt.pubname = p.pubname AND pt.schemaname = t.nspname AND pt.tablename = t.relname
    WHERE pr.prrelid = t.oid), '[]') AS "publications",
  -- Those of the table and its columns LIKE copies, or they are written by hand.
  coalesce((SELECT pg_catalog.json_agg(c ORDER BY c.kind, c.name) FROM (
      SELECT 'INDEX' AS kind, c.relname AS name, pg_catalog.obj_description(c.oid, 'pg_class') AS comment FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = t.oid
      UNION ALL SELECT 'CONSTRAINT', k.conname, pg_catalog.obj_description(k.oid, 'pg_constraint') FROM pg_catalog.pg_constraint k WHERE k.conrelid = t.oid AND k.conparentid = 0 AND k.contype IN ('p', 'u', 'f')
      UNION ALL SELECT 'TRIGGER', g.tgname, pg_catalog.obj_description(g.oid, 'pg_trigger') FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal
      UNION ALL SELECT 'POLICY', p.polname, pg_catalog.obj_description(p.oid, 'pg_policy') FROM pg_catalog.pg_policy p WHERE p.polrelid = t.oid) AS c
    WHERE c.comment IS NOT NULL), '[]') AS "comments",
  t.reltuples::float8 AS "rows",
  pg_catalog.pg_relation_size(t.oid)::float8 AS "bytes"
FROM t
