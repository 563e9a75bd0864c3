-- Checkpoints by the clock and by demand; 17 moved them to a view of their own.
SELECT c.num_timed::float8 AS "timed", c.num_requested::float8 AS "requested",
       (extract(epoch FROM pg_catalog.clock_timestamp() - c.stats_reset) * 1000)::float8 AS "sinceMs"
FROM pg_catalog.pg_stat_checkpointer AS c
