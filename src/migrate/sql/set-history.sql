-- Makes the history say what a file holds now: a person has settled it.
INSERT INTO :"history" (
  id, name, sql_content, checksum, status, statements_done, statements_total, duration_ms, tool_version, down_sql
)
VALUES (
  :'id', :'name', :'sqlContent', :'checksum', 'applied', :'statements', :'statements', 0, :'toolVersion', :'downSql'
)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name,
  sql_content = excluded.sql_content,
  checksum = excluded.checksum,
  status = excluded.status,
  statements_done = excluded.statements_done,
  statements_total = excluded.statements_total,
  down_sql = excluded.down_sql
