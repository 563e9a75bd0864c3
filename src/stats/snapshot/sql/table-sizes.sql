-- Every table and partition, with the partitioned table that it is a part of, and with the size that the catalog remembers, TOAST and indexes included. No file is looked at.
WITH own_indexes AS (
  SELECT i.indrelid AS "oid", sum(x.relpages)::float8 AS "pages"
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
  GROUP BY i.indrelid
)
SELECT c.oid::text AS "oid", n.nspname::text AS "schema", c.relname::text AS "table",
       (c.relpages + coalesce(i."pages", 0) + coalesce(t.relpages, 0) + coalesce(ti."pages", 0))::float8
         * pg_catalog.current_setting('block_size')::int AS "bytes",
       coalesce(i."pages", 0) * pg_catalog.current_setting('block_size')::int AS "indexBytes",
       greatest(c.reltuples, 0)::float8 AS "rows", rn.nspname::text AS "topSchema", r.relname::text AS "topTable"
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN own_indexes AS i ON i."oid" = c.oid
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid AND c.reltoastrelid <> 0
LEFT JOIN own_indexes AS ti ON ti."oid" = t.oid
LEFT JOIN pg_catalog.pg_class AS r ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid)
LEFT JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
ORDER BY n.nspname, c.relname
