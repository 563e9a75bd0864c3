-- Whether this is a standby, how far behind it is, and how long ago it replayed a transaction.
SELECT
  pg_catalog.pg_is_in_recovery() AS "is_replica",
  CASE
    WHEN NOT pg_catalog.pg_is_in_recovery() THEN 0
    WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0
    ELSE greatest(0, EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()))
  END::float8 AS "lag",
  greatest(0, EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()))::float8 AS "last_replay"
