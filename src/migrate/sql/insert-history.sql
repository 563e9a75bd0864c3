-- Records a migration inside its own transaction.
INSERT INTO :"history" (
  id, name, sql_content, checksum, status, statements_done, statements_total, duration_ms, tool_version, down_sql
)
VALUES (
  :'id', :'name', :'sqlContent', :'checksum', :'status', :'statementsDone', :'statementsTotal',
  pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp())::numeric * 1000),
  :'toolVersion', :'downSql'
)
