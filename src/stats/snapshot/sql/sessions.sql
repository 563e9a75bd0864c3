-- How many client sessions there are but our own, in which state, and what those that run something wait for.
SELECT CASE WHEN a.state = 'active' THEN 'waiting.' || coalesce(a.wait_event_type, 'CPU')
            WHEN a.state LIKE 'idle in transaction%' THEN 'sessions.idleInTransaction'
            WHEN a.state = 'idle' THEN 'sessions.idle'
            ELSE 'sessions.other' END AS "gauge",
       count(*)::int AS "sessions"
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid <> pg_catalog.pg_backend_pid() AND (a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.datid IS NOT NULL)
GROUP BY 1
