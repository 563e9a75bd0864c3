-- WAL since its counters were reset, with whatever columns this version has.
SELECT w.*, pg_catalog.current_setting('track_wal_io_timing')::boolean AS "isTimed"
FROM pg_catalog.pg_stat_wal AS w
