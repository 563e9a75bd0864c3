-- The largest tables by what the catalog remembers of their sizes: one pass over pg_class, no file is looked at and no
-- table is locked. Partitions count for the table at their top. A table that was never vacuumed or analyzed has no
-- remembered size; its rows are counted in its place, 100 to a page.
WITH RECURSIVE tops AS (
  SELECT h.inhrelid AS "oid", h.inhparent AS "top"
  FROM pg_catalog.pg_inherits AS h
  JOIN pg_catalog.pg_class AS p ON p.oid = h.inhparent
  WHERE p.relkind = 'p' AND NOT p.relispartition
  UNION ALL
  SELECT h.inhrelid, t."top"
  FROM tops AS t
  JOIN pg_catalog.pg_inherits AS h ON h.inhparent = t."oid"
),
own_indexes AS (
  SELECT i.indrelid AS "oid", sum(x.relpages)::float8 AS "pages", count(*) AS "indexes"
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
  GROUP BY i.indrelid
),
tables AS (
  SELECT c.oid, c.relkind, coalesce(CASE WHEN $2::boolean THEN NULL ELSE t."top" END, c.oid) AS "top",
         CASE WHEN c.relkind = 'p' THEN 0
              WHEN c.reltuples < 0 OR c.relpages = 0 THEN ceil(pg_catalog.pg_stat_get_live_tuples(c.oid) / 100.0)::float8
              ELSE c.relpages END AS "heapPages",
         CASE WHEN o.relpages IS NULL THEN 0 ELSE o.relpages + coalesce(oi."pages", 0) END AS "toastPages",
         coalesce(i."pages", 0) AS "indexPages",
         coalesce(i."indexes", 0) AS "indexes",
         CASE WHEN c.reltuples < 0 THEN pg_catalog.pg_stat_get_live_tuples(c.oid)::float8 ELSE c.reltuples::float8 END AS "rows"
  FROM pg_catalog.pg_class AS c
  LEFT JOIN tops AS t ON t."oid" = c.oid
  LEFT JOIN own_indexes AS i ON i."oid" = c.oid
  LEFT JOIN pg_catalog.pg_class AS o ON o.oid = c.reltoastrelid AND c.reltoastrelid <> 0
  LEFT JOIN own_indexes AS oi ON oi."oid" = o.oid
  WHERE c.relkind IN ('r', 'm', 'p')
    AND c.relnamespace NOT IN (SELECT n.oid FROM pg_catalog.pg_namespace AS n
                                WHERE n.nspname IN ('pg_catalog', 'information_schema') OR n.nspname LIKE 'pg\_%temp\_%')
),
rolled AS (
  SELECT t."top",
         sum(t."heapPages")::float8 AS "heapPages", sum(t."toastPages")::float8 AS "toastPages",
         sum(t."indexPages")::float8 AS "indexPages",
         sum(CASE WHEN t.relkind = 'p' THEN 0 ELSE t."rows" END)::float8 AS "rowsEstimate",
         (count(*) FILTER (WHERE t.relkind <> 'p'))::int AS "leaves",
         max(t."indexes")::int AS "indexes",
         pg_catalog.jsonb_agg(t.oid::text) FILTER (WHERE t.relkind <> 'p') AS "oids",
         count(*) OVER ()::int AS "allTables"
  FROM tables AS t
  GROUP BY t."top"
)
SELECT r.*, n.nspname::text AS "schema", c.relname::text AS "table", c.relkind = 'p' AS "isPartitioned"
FROM rolled AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r."top"
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE $3::text IS NULL OR n.nspname = $3
ORDER BY r."heapPages" + r."toastPages" + r."indexPages" DESC, n.nspname, c.relname
LIMIT $1
