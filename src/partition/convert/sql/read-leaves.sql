-- The tables that hold the rows of a partitioned one, and the one whose storage is the model.
SELECT
  (SELECT a.attname FROM pg_catalog.pg_partitioned_table p JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] WHERE p.partrelid = $1::int8::oid AND p.partattrs[0] > 0) AS "column",
  coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname) ORDER BY c.oid), '[]') AS "leaves",
  max(c.oid::int8)::float8 AS "model"
FROM pg_catalog.pg_partition_tree($1::int8::oid::pg_catalog.regclass) t
JOIN pg_catalog.pg_class c ON c.oid = t.relid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE t.isleaf AND c.relkind = 'r'
