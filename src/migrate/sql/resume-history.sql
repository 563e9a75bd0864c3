-- A half-applied migration whose remaining statements were mended: what runs now is what is recorded.
UPDATE :"history"
SET
  name = :'name',
  sql_content = :'sqlContent',
  checksum = :'checksum',
  statements_total = :'statementsTotal',
  tool_version = :'toolVersion',
  applied_at = pg_catalog.clock_timestamp(),
  down_sql = :'downSql'
WHERE id = :'id'
