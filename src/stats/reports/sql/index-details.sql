-- What is shown of the indexes that were found. Sizes and definitions take the lightest lock; locked ones are not asked.
SELECT s.*, s.indexrelid::text AS "oid",
       CASE WHEN l."isFree" THEN pg_catalog.pg_relation_size(s.indexrelid)::float8 END AS "bytes",
       CASE WHEN l."isFree" THEN pg_catalog.pg_get_indexdef(s.indexrelid) END AS "definition"
FROM pg_catalog.pg_stat_all_indexes AS s
CROSS JOIN LATERAL (
  SELECT s.indexrelid <> ALL ($2::text::oid[]) AND s.relid <> ALL ($2::text::oid[]) AS "isFree"
) AS l
WHERE s.indexrelid = ANY ($1::text::oid[])
