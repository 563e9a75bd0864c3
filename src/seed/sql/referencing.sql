-- Tables with foreign keys to those in $1 (a JSON array of quoted names), and to these, and so on; those in $1 left out.
WITH RECURSIVE given AS (
  SELECT w.name::pg_catalog.regclass AS oid FROM pg_catalog.jsonb_array_elements_text($1::jsonb) AS w (name)
), reached AS (
  SELECT oid FROM given
  UNION
  SELECT f.conrelid::pg_catalog.regclass
  FROM reached r
  JOIN pg_catalog.pg_constraint f ON f.confrelid = r.oid AND f.contype = 'f' AND f.conparentid = 0
)
SELECT n.nspname AS "schema", c.relname AS "table"
FROM reached r
JOIN pg_catalog.pg_class c ON c.oid = r.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.oid NOT IN (SELECT oid FROM given)
ORDER BY 1, 2
