-- The table that a call names, as policies name theirs.
SELECT c.oid::int8::float8 AS "oid", n.nspname AS "schema", c.relname AS "name", c.relkind::text AS "kind",
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS "ownerIsOurs", pg_catalog.pg_get_userbyid(c.relowner) AS "owner"
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = pg_catalog.to_regclass(pg_catalog.concat_ws('.', pg_catalog.quote_ident($1), pg_catalog.quote_ident($2)))
