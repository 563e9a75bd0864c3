-- The conversion of a table that goes on, or the last one that ended. Without $3, drains that ended are passed over.
SELECT id::float8 AS "id", schema_name AS "schema", table_name AS "name", kind, phase, is_paused AS "isPaused", spec, leaf,
  block::float8 AS "block", filenode::int8::float8 AS "filenode", copied::float8 AS "copied", started_at AS "startedAt", updated_at AS "updatedAt", ended_at AS "endedAt", outcome
FROM :"conversions"
WHERE schema_name = $1 AND table_name = $2 AND ($3 OR kind <> 'drain' OR outcome IS NULL)
ORDER BY id DESC
LIMIT 1
