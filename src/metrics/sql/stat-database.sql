-- What each database has done since its counters were reset. Shared objects, which belong to none, are left out.
SELECT
  d.*,
  coalesce(pg_catalog.floor(EXTRACT(EPOCH FROM d.stats_reset)), 0)::float8 AS "stats_reset",
  d.active_time / 1000.0 AS "active_seconds",
  pg_catalog.floor(EXTRACT(EPOCH FROM d.checksum_last_failure))::float8 AS "checksum_last_failure"
FROM pg_catalog.pg_stat_database AS d
WHERE d.datname IS NOT NULL
ORDER BY d.datname
