-- Records an attempt that succeeded, inside its transaction, which took the time unless another is given.
INSERT INTO :"log" (migration_id, name, action, outcome, duration_ms, client_host, tool_version)
VALUES (
  :'id', :'name', :'action', 'done',
  coalesce(:'durationMs', pg_catalog.round(
    extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp())::numeric * 1000
  )),
  :'clientHost', :'toolVersion'
)
