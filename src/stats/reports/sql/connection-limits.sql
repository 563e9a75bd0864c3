-- Databases and roles whose own limit of connections is below the server's.
SELECT 'database' AS "kind", d.datname::text AS "name", d.datconnlimit AS "limit",
       (SELECT count(*)::int FROM pg_catalog.pg_stat_activity AS a
         WHERE a.datid = d.oid AND a.pid <> pg_catalog.pg_backend_pid()) AS "connections"
FROM pg_catalog.pg_database AS d
WHERE d.datconnlimit >= 0 AND d.datallowconn
UNION ALL
SELECT 'role', r.rolname::text, r.rolconnlimit,
       (SELECT count(*)::int FROM pg_catalog.pg_stat_activity AS a
         WHERE a.usesysid = r.oid AND a.pid <> pg_catalog.pg_backend_pid())
FROM pg_catalog.pg_roles AS r
WHERE r.rolconnlimit >= 0 AND r.rolcanlogin
ORDER BY 1, 2
