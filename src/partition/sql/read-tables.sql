-- The tables that policies name (a JSON array of schema and name), with what a policy can be wrong about, and their
-- partitions: a thousand of them as one text, a line each (oid, schema, detach pending, rows, bound), their names beside it,
-- which takes half the time of a thousand rows. Each table is looked up by itself (LATERAL … LIMIT 1): joined, the planner
-- would read the whole catalog for one of them.
SELECT
  w.index,
  c.oid::int8::float8 AS "oid",
  c.nspname AS "schema",
  c.relname AS "name",
  c.relkind::text AS "kind",
  c.relispartition AS "isPartition",
  p.partstrat::text AS "strategy",
  p.partnatts::int AS "keys",
  k.attname AS "keyColumn",
  a.attname AS "column",
  t.typname AS "columnType",
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS "shownType",
  pg_catalog.pg_get_userbyid(c.relowner) AS "owner",
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS "ownerIsOurs",
  (
    SELECT pg_catalog.json_build_object(
      'names', pg_catalog.array_agg(x.relname),
      'lines', pg_catalog.string_agg(pg_catalog.concat_ws(E'\t', x.oid, x.relnamespace, i.inhdetachpending, x.reltuples, pg_catalog.pg_get_expr(x.relpartbound, x.oid)), E'\n'))
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class x ON x.oid = i.inhrelid
    WHERE i.inhparent = p.partrelid
  ) AS "children",
  (SELECT pg_catalog.json_object_agg(m.oid::int8, m.nspname) FROM pg_catalog.pg_namespace m) AS "schemas"
FROM pg_catalog.json_to_recordset($1::json) AS w(index int, schema text, name text, "column" text)
LEFT JOIN LATERAL (
  SELECT r.oid, r.relname, r.relkind, r.relispartition, r.relowner, n.nspname
  FROM pg_catalog.pg_class r
  JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
  WHERE r.oid = pg_catalog.to_regclass(pg_catalog.concat_ws('.', pg_catalog.quote_ident(w.schema), pg_catalog.quote_ident(w.name)))
  LIMIT 1
) AS c ON true
LEFT JOIN LATERAL (SELECT * FROM pg_catalog.pg_partitioned_table WHERE partrelid = c.oid LIMIT 1) AS p ON true
LEFT JOIN LATERAL (SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum = p.partattrs[0] AND attnum > 0 LIMIT 1) AS k ON true
LEFT JOIN LATERAL (
  SELECT attname, atttypid, atttypmod FROM pg_catalog.pg_attribute
  WHERE attrelid = c.oid AND attname = w."column" AND attnum > 0 AND NOT attisdropped
  LIMIT 1
) AS a ON true
LEFT JOIN LATERAL (SELECT typname FROM pg_catalog.pg_type WHERE oid = a.atttypid LIMIT 1) AS t ON true
ORDER BY w.index
