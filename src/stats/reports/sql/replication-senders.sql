-- Standbys and other receivers that are connected, and how far they are behind.
SELECT r.application_name AS "name", r.usename::text AS "user", pg_catalog.host(r.client_addr) AS "address",
       coalesce(r.state, 'hidden') AS "state", r.sync_state AS "sync",
       pg_catalog.pg_wal_lsn_diff(w."lsn", r.sent_lsn)::float8 AS "unsentBytes",
       pg_catalog.pg_wal_lsn_diff(w."lsn", r.flush_lsn)::float8 AS "unflushedBytes",
       pg_catalog.pg_wal_lsn_diff(w."lsn", r.replay_lsn)::float8 AS "lagBytes",
       (extract(epoch FROM r.replay_lag) * 1000)::float8 AS "lagMs"
FROM pg_catalog.pg_stat_replication AS r
CROSS JOIN (SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
                        ELSE pg_catalog.pg_current_wal_lsn() END AS "lsn") AS w
ORDER BY r.application_name, r.pid
