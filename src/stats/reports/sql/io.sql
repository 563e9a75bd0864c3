-- Who reads and writes what, and in what context; since 16. With whatever columns this version has.
SELECT i.*, pg_catalog.current_setting('track_wal_io_timing')::boolean AS "timesWal" FROM pg_catalog.pg_stat_io AS i
WHERE coalesce(i.reads, 0) + coalesce(i.writes, 0) + coalesce(i.extends, 0) + coalesce(i.hits, 0) + coalesce(i.fsyncs, 0) > 0
