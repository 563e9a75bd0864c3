-- Indexes that nobody has scanned since the counters were reset, the largest first. Those that keep rows unique, tell
-- replicas apart or belong to a partitioned index are needed without a scan, and so are those that begin with the columns
-- of a foreign key: the first delete in the other table would read this one whole.
SELECT i.indexrelid::text AS "oid", i.indrelid::text AS "tableOid", x.relpages::float8 AS "pages"
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
WHERE x.relkind = 'i' AND NOT x.relispartition AND i.indisvalid
  AND NOT i.indisunique AND NOT i.indisprimary AND NOT i.indisexclusion AND NOT i.indisreplident
  AND x.relnamespace NOT IN (SELECT n.oid FROM pg_catalog.pg_namespace AS n
                              WHERE n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') OR n.nspname LIKE 'pg\_%temp\_%')
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint AS k
    WHERE k.contype = 'f' AND k.conrelid = i.indrelid AND i.indpred IS NULL
      AND (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey)
  AND pg_catalog.pg_stat_get_numscans(i.indexrelid) = 0
ORDER BY x.relpages DESC, i.indexrelid
LIMIT $1
