-- Blocks that were found in the buffers and blocks that were not, by database, since its counters were reset.
SELECT d.datname::text AS "database", d.blks_hit::float8 AS "hits", d.blks_read::float8 AS "reads",
       d.blk_read_time AS "readMs", d.blk_write_time AS "writeMs",
       d.temp_files::float8 AS "tempFiles", d.temp_bytes::float8 AS "tempBytes", d.deadlocks::float8 AS "deadlocks",
       pg_catalog.to_jsonb(d.stats_reset) #>> '{}' AS "resetAt"
FROM pg_catalog.pg_stat_database AS d
WHERE d.datname IS NOT NULL
ORDER BY d.blks_read DESC
