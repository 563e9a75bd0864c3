-- What the session is: its database, its role and whether it may write.
SELECT
  pg_catalog.current_database() AS "database",
  current_user AS "user",
  pg_catalog.pg_is_in_recovery() AS "isStandby",
  pg_catalog.current_setting('transaction_read_only') = 'on' AS "isReadOnly"
