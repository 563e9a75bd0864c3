-- The connection limit of each role.
SELECT r.rolname::text AS "rolname", r.rolconnlimit AS "connection_limit"
FROM pg_catalog.pg_roles AS r
ORDER BY r.rolname
