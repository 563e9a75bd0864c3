-- Sessions by database, state and who they are; a database without a session in some state counts 0 there.
SELECT
  d.datname::text AS "datname", s.state AS "state", a.usename, a.application_name, a.backend_type,
  a.wait_event_type, a.wait_event,
  coalesce(a.sessions, 0)::int AS "sessions",
  coalesce(a.oldest, 0)::float8 AS "oldest"
FROM (VALUES ('active'), ('idle'), ('idle in transaction'), ('idle in transaction (aborted)'),
             ('fastpath function call'), ('disabled')) AS s (state)
CROSS JOIN pg_catalog.pg_database AS d
LEFT JOIN (
  SELECT p.datname, p.state, p.usename::text, p.application_name, p.backend_type, p.wait_event_type, p.wait_event,
         count(*) AS sessions,
         max(EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - p.xact_start)) AS oldest
  FROM pg_catalog.pg_stat_activity AS p
  WHERE p.pid <> pg_catalog.pg_backend_pid()
  GROUP BY p.datname, p.state, p.usename, p.application_name, p.backend_type, p.wait_event_type, p.wait_event
) AS a ON a.state = s.state AND a.datname = d.datname
ORDER BY coalesce(a.sessions, 0) DESC, d.datname, s.state
