-- Bounds are read as text: in UTC with ISO dates, whatever role and database say. The server's clock says what is due. $1: to the
-- end of the transaction alone, as behind a pooler.
SELECT
  pg_catalog.set_config('TimeZone', 'UTC', $1::boolean) AS zone,
  pg_catalog.set_config('DateStyle', 'ISO, YMD', $1::boolean) AS dates,
  -- What row security would leave out must be an error, not a smaller number.
  pg_catalog.set_config('row_security', 'off', $1::boolean) AS security,
  pg_catalog.current_database() AS "database",
  current_user AS "user",
  pg_catalog.pg_is_in_recovery() AS "isStandby",
  pg_catalog.current_setting('transaction_read_only') = 'on' AS "isReadOnly",
  (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::float8 AS "now"
