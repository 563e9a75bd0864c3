-- How much WAL was written, and how many whole pages are in it.
SELECT w.wal_bytes::float8 AS "bytes", w.wal_fpi::float8 AS "fullPageImages",
       (extract(epoch FROM pg_catalog.clock_timestamp() - w.stats_reset) * 1000)::float8 AS "sinceMs"
FROM pg_catalog.pg_stat_wal AS w
