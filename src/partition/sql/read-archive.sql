-- What was detached and still stands, with what would keep it from being dropped.
SELECT
  a.id::float8 AS "id",
  a.partition_oid::int8::float8 AS "oid",
  n.nspname AS "schema",
  c.relname AS "name",
  a.table_name AS "table",
  a.bound,
  a.reason,
  (extract(epoch FROM a.detached_at) * 1000000)::float8 AS "detachedAt",
  a.archived_at IS NOT NULL AS "isArchived",
  a.rows::float8 AS "rows",
  a.file,
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS "ownerIsOurs",
  pg_catalog.pg_get_userbyid(c.relowner) AS "owner",
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.format('%s of %s', k.conname, k.conrelid::pg_catalog.regclass))
    FROM pg_catalog.pg_constraint k WHERE k.confrelid = c.oid AND k.conrelid <> c.oid AND k.contype = 'f'), '[]') AS "referencedBy",
  coalesce((
    SELECT pg_catalog.json_agg(DISTINCT pg_catalog.jsonb_build_object('schema', rn.nspname, 'name', r.relname))
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
    JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
    WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid), '[]') AS "references"
FROM :"archive" a
JOIN pg_catalog.pg_class c ON c.oid = a.partition_oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE a.dropped_at IS NULL
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
  AND EXISTS (
    SELECT FROM pg_catalog.json_to_recordset($1::json) AS w(schema text, name text)
    WHERE w.schema = a.schema_name AND w.name = a.table_name)
ORDER BY a.id
