-- What each database has done since its counters were reset. Shared objects, which belong to none, are left out.
SELECT
  d.datid::text AS "datid", d.datname::text AS "datname",
  d.numbackends, d.xact_commit, d.xact_rollback, d.blks_read, d.blks_hit, d.tup_returned, d.tup_fetched,
  d.tup_inserted, d.tup_updated, d.tup_deleted, d.conflicts, d.temp_files, d.temp_bytes, d.deadlocks,
  d.blk_read_time, d.blk_write_time,
  coalesce(pg_catalog.floor(EXTRACT(EPOCH FROM d.stats_reset)), 0)::float8 AS "stats_reset",
  d.active_time / 1000.0 AS "active_time",
  d.active_time AS "active_ms", d.session_time, d.idle_in_transaction_time, d.sessions, d.sessions_abandoned,
  d.sessions_fatal, d.sessions_killed, d.checksum_failures,
  pg_catalog.floor(EXTRACT(EPOCH FROM d.checksum_last_failure))::float8 AS "checksum_last_failure"
FROM pg_catalog.pg_stat_database AS d
WHERE d.datname IS NOT NULL
ORDER BY d.datname
