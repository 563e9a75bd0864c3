-- Replication slots: whether somebody reads them, and how much WAL each one keeps.
WITH here AS (
  SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn
)
SELECT
  s.slot_name::text AS "slot_name", s.slot_type, s.database::text AS "database", s.active, s.wal_status,
  s.safe_wal_size,
  pg_catalog.pg_wal_lsn_diff(here.lsn, s.restart_lsn) AS "behind",
  pg_catalog.pg_wal_lsn_diff(here.lsn, '0/0') AS "current",
  CASE WHEN s.active THEN pg_catalog.pg_wal_lsn_diff(coalesce(s.confirmed_flush_lsn, '0/0'), '0/0') END AS "flushed"
FROM pg_catalog.pg_replication_slots AS s
CROSS JOIN here
ORDER BY s.slot_name
