-- What an interrupted REINDEX CONCURRENTLY has left of an index ($1), or of a table and its TOAST table ($2).
SELECT n.nspname AS "schema", c.relname AS "name"
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index whole ON whole.indexrelid = pg_catalog.to_regclass($1)
LEFT JOIN pg_catalog.pg_class whole_name ON whole_name.oid = whole.indexrelid
LEFT JOIN pg_catalog.pg_class t ON t.oid = pg_catalog.to_regclass($2)
WHERE NOT i.indisvalid
  AND c.relkind = 'i'
  AND c.relname ~ '_cc(new|old)[0-9]*$'
  AND CASE
    WHEN $1::text IS NULL THEN i.indrelid IN (t.oid, t.reltoastrelid)
    ELSE i.indrelid = whole.indrelid
      AND pg_catalog.starts_with(whole_name.relname, pg_catalog.regexp_replace(c.relname, '_cc(new|old)[0-9]*$', ''))
  END
ORDER BY 1, 2
