-- Who follows this server, and how far behind each one is, in bytes.
WITH here AS (
  SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn
)
SELECT
  r.application_name, pg_catalog.host(r.client_addr) AS "client_addr", r.state, s.slot_name::text AS "slot_name", r.pid::text AS "pid",
  pg_catalog.pg_wal_lsn_diff(here.lsn, '0/0') AS "lsn",
  pg_catalog.pg_wal_lsn_diff(here.lsn, r.replay_lsn) AS "behind"
FROM pg_catalog.pg_stat_replication AS r
CROSS JOIN here
LEFT JOIN pg_catalog.pg_replication_slots AS s ON s.active_pid = r.pid
ORDER BY r.pid
