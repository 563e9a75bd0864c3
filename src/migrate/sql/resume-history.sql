-- A half-applied migration whose remaining statements were mended: what runs now is what is recorded.
UPDATE :"history"
SET
  name = :'name',
  sql_content = :'sqlContent',
  checksum = :'checksum',
  statements_total = :'statementsTotal',
  tool_version = :'toolVersion',
  down_sql = :'downSql'
WHERE id = :'id'
