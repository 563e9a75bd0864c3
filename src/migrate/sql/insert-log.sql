-- Records an attempt that succeeded, inside its transaction.
INSERT INTO :"log" (migration_id, name, action, outcome, duration_ms, client_host, tool_version)
VALUES (
  :'id', :'name', :'action', 'done',
  pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp())::numeric * 1000),
  :'clientHost', :'toolVersion'
)
