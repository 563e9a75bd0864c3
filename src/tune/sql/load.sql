-- What all databases have been through since their statistics were last reset.
SELECT
  sum(d.temp_files)::float8 AS "temporaryFiles",
  sum(d.temp_bytes)::float8 AS "temporaryBytes",
  sum(d.blks_hit)::float8 AS "blocksHit",
  sum(d.blks_read)::float8 AS "blocksRead",
  sum(d.numbackends)::float8 AS "connectionsNow",
  sum(d.session_time)::float8 AS "sessionMs",
  (extract(epoch FROM pg_catalog.clock_timestamp()
    - coalesce(min(d.stats_reset), pg_catalog.pg_postmaster_start_time())) * 1000)::float8 AS "sinceMs"
FROM pg_catalog.pg_stat_database AS d
