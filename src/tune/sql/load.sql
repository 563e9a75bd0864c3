-- What all databases have been through since their statistics were last reset.
SELECT
  sum(d.temp_files)::float8 AS "temporaryFiles",
  sum(d.temp_bytes)::float8 AS "temporaryBytes",
  sum(d.blks_hit)::float8 AS "blocksHit",
  sum(d.blks_read)::float8 AS "blocksRead",
  sum(d.numbackends)::float8 AS "connectionsNow",
  sum(d.session_time)::float8 AS "sessionMs",
  -- From 15 a database whose statistics were never reset says nothing: it began no later than what all share did.
  (extract(epoch FROM pg_catalog.clock_timestamp()
    - CASE WHEN pg_catalog.bool_and(d.stats_reset IS NOT NULL) FILTER (WHERE d.datid <> 0 AND d.xact_commit > 0)
           THEN min(d.stats_reset)
           ELSE least(min(d.stats_reset),
             (SELECT b.stats_reset FROM pg_catalog.pg_stat_bgwriter AS b),
             (SELECT a.stats_reset FROM pg_catalog.pg_stat_archiver AS a),
             (SELECT w.stats_reset FROM pg_catalog.pg_stat_wal AS w))
      END) * 1000)::float8 AS "sinceMs"
FROM pg_catalog.pg_stat_database AS d
