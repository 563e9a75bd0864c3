-- Other sessions that hold the lock of those who write settings, in any database of the cluster.
SELECT l.pid, a.usename::text AS "user", d.datname::text AS "database"
FROM pg_catalog.pg_locks AS l
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = l.database
WHERE l.locktype = 'advisory'
  AND l.granted
  AND l.classid = $1::integer::oid
  AND l.objid = ($2::bigint & 4294967295)::oid
  AND l.objsubid = 2
  AND l.pid <> pg_catalog.pg_backend_pid()
ORDER BY l.pid
