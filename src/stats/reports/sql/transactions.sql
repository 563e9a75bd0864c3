-- Open transactions of client sessions, the oldest first; our own is left out.
SELECT a.pid, a.usename::text AS "user", a.datname::text AS "database", a.application_name AS "application", a.state,
       a.wait_event_type || ': ' || a.wait_event AS "waitEvent",
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::float8 AS "transactionMs",
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change) * 1000)::float8 AS "stateMs",
       pg_catalog.age(a.backend_xmin)::float8 AS "xminAge", a.backend_xid IS NOT NULL AS "hasWritten",
       pg_catalog.left(a.query, 10000) AS "query"
FROM pg_catalog.pg_stat_activity AS a
WHERE a.xact_start IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid() AND a.leader_pid IS NULL
  AND a.backend_type = 'client backend'
ORDER BY a.xact_start
