-- Indexes that no query can use, left by a CREATE or REINDEX that failed; those that are being built now are none.
SELECT i.indexrelid::text AS "oid", i.indrelid::text AS "tableOid", x.relpages::float8 AS "pages"
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
WHERE x.relkind = 'i' AND (NOT i.indisvalid OR NOT i.indisready OR NOT i.indislive)
  AND x.relnamespace NOT IN (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname LIKE 'pg\_toast%')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid)
ORDER BY x.relpages DESC, i.indexrelid
LIMIT $1
