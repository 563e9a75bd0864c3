-- The tables that policies name (a JSON array of schema and name), with what a policy can be wrong about.
SELECT
  w.index,
  c.oid::int8::float8 AS "oid",
  n.nspname AS "schema",
  c.relname AS "name",
  c.relkind::text AS "kind",
  c.relispartition AS "isPartition",
  p.partstrat::text AS "strategy",
  p.partnatts::int AS "keys",
  k.attname AS "keyColumn",
  a.attname AS "column",
  t.typname AS "columnType",
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS "shownType",
  o.rolname AS "owner",
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS "ownerIsOurs"
FROM pg_catalog.json_to_recordset($1::json) AS w(index int, schema text, name text, "column" text)
LEFT JOIN pg_catalog.pg_class c
  ON c.oid = pg_catalog.to_regclass(pg_catalog.concat_ws('.', pg_catalog.quote_ident(w.schema), pg_catalog.quote_ident(w.name)))
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
LEFT JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = c.oid
LEFT JOIN pg_catalog.pg_attribute k ON k.attrelid = c.oid AND k.attnum = p.partattrs[0] AND k.attnum > 0
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = w."column" AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
ORDER BY w.index
