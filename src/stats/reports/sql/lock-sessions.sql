-- The sessions that wait or are waited for.
SELECT a.pid, a.usename::text AS "user", a.datname::text AS "database", a.application_name AS "application",
       a.state, a.wait_event_type || ': ' || a.wait_event AS "waitEvent",
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::float8 AS "transactionMs",
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change) * 1000)::float8 AS "stateMs",
       pg_catalog.left(a.query, 10000) AS "query"
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid = ANY ($1::text::int[])
