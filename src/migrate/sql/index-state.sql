-- Whether an index of that name is there, and sound. The schema is the table's, or found on the search path.
SELECT n.nspname AS "schema", c.relname AS "name", i.indisvalid AND i.indisready AS "isValid"
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = $1
  AND CASE
    WHEN $2::text IS NOT NULL THEN i.indrelid = pg_catalog.to_regclass($2)
    WHEN $3::text IS NOT NULL THEN n.nspname = $3
    ELSE pg_catalog.pg_table_is_visible(c.oid)
  END
