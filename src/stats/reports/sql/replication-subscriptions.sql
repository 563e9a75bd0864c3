-- Logical replication that this database receives.
SELECT s.subname::text AS "name", CASE WHEN s.pid IS NULL THEN 'stopped' ELSE 'running' END AS "state",
       pg_catalog.pg_wal_lsn_diff(s.received_lsn, s.latest_end_lsn)::float8 AS "lagBytes",
       (extract(epoch FROM pg_catalog.clock_timestamp() - s.last_msg_receipt_time) * 1000)::float8 AS "lagMs"
FROM pg_catalog.pg_stat_subscription AS s
WHERE s.relid IS NULL
ORDER BY s.subname
