-- What became of finished WAL segments, and whether they are archived at all.
SELECT a.*, pg_catalog.current_setting('archive_mode') AS "archive_mode"
FROM pg_catalog.pg_stat_archiver AS a
