-- The partitions of these tables (a JSON array of oids), with their bounds.
SELECT
  i.inhparent::int8::float8 AS "parent",
  c.oid::int8::float8 AS "oid",
  n.nspname AS "schema",
  c.relname AS "name",
  pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS "bound",
  i.inhdetachpending AS "isPending",
  c.reltuples::float8 AS "rows"
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.inhparent IN (SELECT o::oid FROM pg_catalog.json_array_elements_text($1::json) AS o)
