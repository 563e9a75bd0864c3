-- Blocks that this database asked for: found in the buffers, and not.
SELECT d.blks_hit::float8 AS "hits", d.blks_read::float8 AS "reads"
FROM pg_catalog.pg_stat_database AS d
WHERE d.datname = pg_catalog.current_database()
