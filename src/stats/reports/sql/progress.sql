-- What long-running commands say of themselves; which columns there are depends on the version.
SELECT p."command", p."progress", a.usename::text AS "user",
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start) * 1000)::float8 AS "runningMs",
       n.nspname::text AS "schema", c.relname::text AS "relation"
FROM (
  SELECT 'VACUUM' AS "command", pg_catalog.to_jsonb(v) AS "progress" FROM pg_catalog.pg_stat_progress_vacuum AS v
  UNION ALL SELECT 'ANALYZE', pg_catalog.to_jsonb(v) FROM pg_catalog.pg_stat_progress_analyze AS v
  UNION ALL SELECT 'CLUSTER', pg_catalog.to_jsonb(v) FROM pg_catalog.pg_stat_progress_cluster AS v
  UNION ALL SELECT 'CREATE INDEX', pg_catalog.to_jsonb(v) FROM pg_catalog.pg_stat_progress_create_index AS v
  UNION ALL SELECT 'BASE BACKUP', pg_catalog.to_jsonb(v) FROM pg_catalog.pg_stat_progress_basebackup AS v
  UNION ALL SELECT 'COPY', pg_catalog.to_jsonb(v) FROM pg_catalog.pg_stat_progress_copy AS v
) AS p
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = (p."progress" ->> 'pid')::int
LEFT JOIN pg_catalog.pg_class AS c
  ON c.oid = (p."progress" ->> 'relid')::oid AND p."progress" ->> 'datname' = pg_catalog.current_database()
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
ORDER BY 4 DESC NULLS LAST
