-- Checkpoints by the clock and by demand.
SELECT b.checkpoints_timed::float8 AS "timed", b.checkpoints_req::float8 AS "requested",
       (extract(epoch FROM pg_catalog.clock_timestamp() - b.stats_reset) * 1000)::float8 AS "sinceMs"
FROM pg_catalog.pg_stat_bgwriter AS b
