-- Who holds a lock on one of these tables (a JSON array of quoted names), the oldest transaction first.
SELECT
  a.pid,
  a.usename AS "user",
  CASE WHEN a.backend_type = 'client backend' THEN a.application_name ELSE a.backend_type END AS "application",
  a.state,
  a.backend_type = 'client backend' AS "isClient",
  pg_catalog.left(a.query, 200) AS "query",
  (extract(epoch FROM pg_catalog.clock_timestamp() - min(a.xact_start)) * 1000)::float8 AS "transactionMs"
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation'
  AND l.granted
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  AND l.relation IN (SELECT pg_catalog.to_regclass(name) FROM pg_catalog.json_array_elements_text($1::json) AS name)
  AND l.pid <> pg_catalog.pg_backend_pid()
GROUP BY a.pid, a.usename, a.application_name, a.state, a.query, a.backend_type
ORDER BY min(a.xact_start)
