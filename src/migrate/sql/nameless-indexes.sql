-- INVALID indexes of a table that bear a name as PostgreSQL chooses one.
SELECT n.nspname AS "schema", c.relname AS "name"
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE i.indrelid = pg_catalog.to_regclass($1)
  AND NOT i.indisvalid
  AND c.relkind = 'i'
  AND pg_catalog.starts_with(c.relname, t.relname || '_')
  AND c.relname ~ '_idx[0-9]*$'
ORDER BY 1, 2
