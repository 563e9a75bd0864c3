-- What is recorded as applied, for people.
SELECT
  id,
  name,
  checksum,
  status,
  statements_done AS "statementsDone",
  statements_total AS "statementsTotal",
  applied_at AS "appliedAt",
  applied_by AS "appliedBy",
  duration_ms::float8 AS "durationMs",
  down_sql IS NOT NULL AS "hasDown"
FROM :"history"
ORDER BY applied_at, id
