-- Client sessions by who they are and what they do; our own is left out. Without pg_monitor the state of others is NULL.
SELECT
  coalesce(a.datname::text, '') AS "database",
  coalesce(a.usename::text, '') AS "user",
  coalesce(a.application_name, '') AS "application",
  coalesce(a.state, CASE WHEN a.query = '<insufficient privilege>' THEN 'hidden' ELSE 'starting' END) AS "state",
  count(*)::int AS "connections",
  (count(*) FILTER (WHERE a.wait_event_type = 'Lock'))::int AS "waitingForLock",
  (max(extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change)) * 1000)::float8 AS "longestInStateMs",
  (max(extract(epoch FROM pg_catalog.clock_timestamp() - a.backend_start)) * 1000)::float8 AS "oldestMs",
  count(DISTINCT a.client_addr)::int AS "addresses"
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid <> pg_catalog.pg_backend_pid()
  AND (a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.datid IS NOT NULL)
GROUP BY 1, 2, 3, 4
ORDER BY 5 DESC, 1, 2, 3, 4
