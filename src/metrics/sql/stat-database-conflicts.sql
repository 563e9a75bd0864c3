-- Queries of each database that a standby cancelled, by the reason.
SELECT
  c.datid::text AS "datid", c.datname::text AS "datname",
  c.confl_tablespace, c.confl_lock, c.confl_snapshot, c.confl_bufferpin, c.confl_deadlock
FROM pg_catalog.pg_stat_database_conflicts AS c
ORDER BY c.datname
