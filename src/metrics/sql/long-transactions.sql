-- Transactions that are open now, and the age of the oldest.
SELECT count(*)::int AS "transactions",
       coalesce(max(EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - a.xact_start)), 0)::float8 AS "oldest"
FROM pg_catalog.pg_stat_activity AS a
WHERE a.state IS DISTINCT FROM 'idle' AND a.xact_start IS NOT NULL
  AND a.query NOT LIKE 'autovacuum:%' AND a.pid <> pg_catalog.pg_backend_pid()
