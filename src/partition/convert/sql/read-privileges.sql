-- Who may do what with a table and its columns, as one text that is equal as long as nobody changes it. :"table" its name as text.
SELECT c.oid::int8::float8 AS "oid", pg_catalog.concat(c.relacl::text, ' ', (
  SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname, a.attacl), ' ' ORDER BY a.attname)
  FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped)) AS "all"
FROM pg_catalog.pg_class c
WHERE c.oid = pg_catalog.to_regclass(:"table")
