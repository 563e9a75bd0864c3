-- The databases of this role whose names begin so, and whether anybody is connected.
SELECT
  d.datname AS "name",
  d.datistemplate AS "isTemplate",
  EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid) AS "isBusy"
FROM pg_catalog.pg_database d
JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
WHERE pg_catalog.starts_with(d.datname::text, $1)
  AND r.rolname = current_user
