-- Records how far a no-transaction migration has come.
UPDATE :"history"
SET
  statements_done = :'statementsDone',
  status = :'status',
  duration_ms = duration_ms + :'durationMs',
  applied_at = pg_catalog.clock_timestamp()
WHERE id = :'id'
