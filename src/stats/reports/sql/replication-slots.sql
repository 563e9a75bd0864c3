-- Replication slots, with whatever columns this version has.
SELECT s.*,
       pg_catalog.pg_wal_lsn_diff(w."lsn", s.restart_lsn)::float8 AS "keptBytes"
FROM pg_catalog.pg_replication_slots AS s
CROSS JOIN (SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
                        ELSE pg_catalog.pg_current_wal_lsn() END AS "lsn") AS w
ORDER BY s.slot_name
