-- Writes and syncs of WAL, which pg_stat_io counts since 18.
SELECT sum(i.writes)::float8 AS "writes", sum(i.write_time)::float8 AS "writeMs",
       sum(i.fsyncs)::float8 AS "syncs", sum(i.fsync_time)::float8 AS "syncMs"
FROM pg_catalog.pg_stat_io AS i
WHERE i.object = 'wal'
