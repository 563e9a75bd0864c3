-- Who holds the lock now.
SELECT
  a.pid,
  a.usename AS "user",
  a.application_name AS "application",
  pg_catalog.host(a.client_addr) AS "address",
  a.backend_start AS "since",
  a.state,
  pg_catalog.left(a.query, 200) AS "query"
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
  AND l.granted
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  AND l.classid = $1::integer::oid
  AND l.objid = ($2::bigint & 4294967295)::oid
  AND l.objsubid = 2
