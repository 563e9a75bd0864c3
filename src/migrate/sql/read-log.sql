-- The attempts, newest first.
SELECT
  migration_id AS "id",
  name,
  action,
  outcome,
  logged_at AS "loggedAt",
  duration_ms::float8 AS "durationMs",
  statement_number AS "statement",
  sqlstate,
  message,
  done_by AS "doneBy",
  client_host AS "clientHost",
  tool_version AS "toolVersion"
FROM :"log"
WHERE $1::text IS NULL OR migration_id = $1::text
ORDER BY seq DESC
LIMIT $2::integer
