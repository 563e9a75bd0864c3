-- What the client sessions that run something wait for at this moment; nothing where they compute.
SELECT coalesce(a.wait_event_type, 'CPU') AS "type", coalesce(a.wait_event, 'running') AS "event", count(*)::int AS "sessions",
       (max(extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start)) * 1000)::float8 AS "longestMs"
FROM pg_catalog.pg_stat_activity AS a
WHERE a.state = 'active' AND a.pid <> pg_catalog.pg_backend_pid() AND a.backend_type IN ('client backend', 'parallel worker')
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
LIMIT 20
