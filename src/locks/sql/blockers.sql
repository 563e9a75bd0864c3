-- Who keeps our session waiting.
SELECT
  a.pid,
  a.usename AS "user",
  a.application_name AS "application",
  a.state,
  pg_catalog.left(a.query, 200) AS "query",
  extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 AS "transactionSeconds"
FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::integer)) AS blocking(pid)
JOIN pg_catalog.pg_stat_activity a ON a.pid = blocking.pid
ORDER BY a.xact_start
