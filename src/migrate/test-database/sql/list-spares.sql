-- The copies of a template that wait to be handed out.
SELECT d.datname AS "name"
FROM pg_catalog.pg_database d
JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
WHERE pg_catalog.starts_with(d.datname::text, $1)
  AND r.rolname = current_user
ORDER BY d.oid DESC
