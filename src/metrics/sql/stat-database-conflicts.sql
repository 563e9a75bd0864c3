-- Queries of each database that a standby cancelled, by the reason.
SELECT c.*
FROM pg_catalog.pg_stat_database_conflicts AS c
ORDER BY c.datname
