-- Transforms between a type and a procedural language.
SELECT
  t.oid AS _id,
  'transform' AS _kind,
  format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname) AS _label,
  CASE WHEN t.trffromsql <> 0 THEN t.trffromsql::regprocedure::text END AS "from sql",
  CASE WHEN t.trftosql <> 0 THEN t.trftosql::regprocedure::text END AS "to sql"
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
