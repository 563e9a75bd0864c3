-- The largest tables by what the catalog remembers of their sizes. One pass over pg_class finds the largest relations,
-- and what they belong to: a heap, an index, TOAST. Only the tables found so are added up; no file is looked at and no
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
spaces AS MATERIALIZED (
  SELECT pg_catalog.array_agg(n.oid) AS "oids"
  FROM pg_catalog.pg_namespace AS n
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\_%temp\_%'
    AND ($3::text IS NULL OR n.nspname = $3)
),
large AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relname,
         count(*) FILTER (WHERE c.relkind IN ('r', 'm', 'p') AND ($2::boolean OR NOT c.relispartition)) OVER () AS "allTables"
  FROM pg_catalog.pg_class AS c
  -- An index or TOAST of one page makes no table large; the tables themselves all stand here.
  WHERE c.relkind = 't' AND c.relpages > 1
     OR (c.relkind IN ('r', 'm', 'p') OR c.relkind = 'i' AND c.relpages > 1)
        AND c.relnamespace = ANY ((SELECT s."oids" FROM spaces AS s)::oid[])
  ORDER BY CASE WHEN c.reltuples < 0 AND c.relkind IN ('r', 'm')
                THEN ceil(pg_catalog.pg_stat_get_live_tuples(c.oid) / 100.0)::float8
                ELSE c.relpages END DESC
  LIMIT $1::int * 10
),
owners AS MATERIALIZED (
  SELECT l.oid FROM large AS l WHERE l.relkind IN ('r', 'm')
  UNION
  SELECT (SELECT i.indrelid FROM pg_catalog.pg_index AS i WHERE i.indexrelid = l.oid) FROM large AS l WHERE l.relkind = 'i'
  UNION
  SELECT pg_catalog.substr(l.relname::text, 10)::oid FROM large AS l WHERE l.relkind = 't' AND l.relname ~ '^pg_toast_\d+$'
  UNION
  SELECT c.oid
  FROM pg_catalog.pg_partitioned_table AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.partrelid
  WHERE NOT c.relispartition
),
members AS (
  SELECT o.oid AS "top", o.oid FROM owners AS o WHERE $2::boolean OR NOT EXISTS (SELECT FROM tops AS t WHERE t."oid" = o.oid)
  UNION
  SELECT t."top", t."oid" FROM tops AS t WHERE NOT $2::boolean
),
rolled AS (
  SELECT m."top",
         sum(CASE WHEN c.relkind = 'p' THEN 0
                  WHEN c.reltuples < 0 THEN ceil(pg_catalog.pg_stat_get_live_tuples(c.oid) / 100.0)::float8
                  ELSE c.relpages END)::float8 AS "heapPages",
         sum(coalesce(o.relpages, 0) + coalesce(oi."pages", 0))::float8 AS "toastPages",
         sum(coalesce(i."pages", 0))::float8 AS "indexPages",
         sum(CASE WHEN c.relkind = 'p' THEN 0
                  WHEN c.reltuples < 0 THEN pg_catalog.pg_stat_get_live_tuples(c.oid)::float8
                  ELSE c.reltuples::float8 END)::float8 AS "rowsEstimate",
         (count(*) FILTER (WHERE c.relkind <> 'p'))::int AS "leaves",
         pg_catalog.jsonb_agg(c.oid::text) FILTER (WHERE c.relkind <> 'p') AS "oids"
  FROM members AS m
  JOIN pg_catalog.pg_class AS c ON c.oid = m."oid" AND c.relkind IN ('r', 'm', 'p')
  LEFT JOIN LATERAL (
    SELECT sum(x.relpages)::float8 AS "pages"
    FROM pg_catalog.pg_index AS d JOIN pg_catalog.pg_class AS x ON x.oid = d.indexrelid
    WHERE d.indrelid = c.oid
  ) AS i ON true
  LEFT JOIN pg_catalog.pg_class AS o ON o.oid = nullif(c.reltoastrelid, 0)
  LEFT JOIN LATERAL (
    SELECT sum(x.relpages)::float8 AS "pages"
    FROM pg_catalog.pg_index AS d JOIN pg_catalog.pg_class AS x ON x.oid = d.indexrelid
    WHERE d.indrelid = o.oid
  ) AS oi ON true
  GROUP BY m."top"
)
SELECT r.*, n.nspname::text AS "schema", c.relname::text AS "table", c.relkind = 'p' AS "isPartitioned",
       (SELECT l."allTables"::int FROM large AS l LIMIT 1) AS "allTables"
FROM rolled AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r."top"
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ((SELECT s."oids" FROM spaces AS s)::oid[])
ORDER BY r."heapPages" + r."toastPages" + r."indexPages" DESC, n.nspname, c.relname
LIMIT $1
