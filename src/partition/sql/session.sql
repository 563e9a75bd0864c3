-- Bounds are read as text: in UTC with ISO dates, whatever role and database say. The server's clock says what is due.
SELECT
  pg_catalog.set_config('TimeZone', 'UTC', false) AS zone,
  pg_catalog.set_config('DateStyle', 'ISO, YMD', false) AS dates,
  -- Names in what the catalog deparses come out with their schema.
  pg_catalog.current_schema() AS "schema",
  pg_catalog.current_database() AS "database",
  current_user AS "user",
  pg_catalog.pg_is_in_recovery() AS "isStandby",
  pg_catalog.current_setting('transaction_read_only') = 'on' AS "isReadOnly",
  (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::float8 AS "now"
