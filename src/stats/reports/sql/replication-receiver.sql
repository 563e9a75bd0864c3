-- On a standby: from whom it receives, and how long ago the last transaction that it replayed was committed.
SELECT coalesce(r.status, 'none') AS "state", r.sender_host AS "host", r.slot_name AS "slot",
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())::float8 AS "lagBytes",
       CASE WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0
            ELSE (extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()) * 1000)::float8
       END AS "lagMs",
       pg_catalog.pg_is_wal_replay_paused() AS "isPaused"
FROM (SELECT) AS one
LEFT JOIN pg_catalog.pg_stat_wal_receiver AS r ON true
