-- Records an attempt that failed, after its transaction is rolled back.
INSERT INTO :"log" (
  migration_id, name, action, outcome, duration_ms, statement_number, sqlstate, message, client_host, tool_version
)
VALUES ($1, $2, $3, 'failed', $4::bigint, $5::integer, $6, $7, $8, $9)
