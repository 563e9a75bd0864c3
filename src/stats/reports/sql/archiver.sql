-- What became of finished WAL segments, and whether they are archived at all.
SELECT a.*, pg_catalog.current_setting('archive_mode') AS "archive_mode",
       EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - a.last_archived_time)::float8 AS "archived_ago"
FROM pg_catalog.pg_stat_archiver AS a
