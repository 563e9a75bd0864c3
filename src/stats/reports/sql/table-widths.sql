-- How wide a row should be, by the statistics that ANALYZE left: null where a column has none or the role may not see them.
SELECT c.oid::text AS "oid", c.relpages::float8 AS "pages", c.reltuples::float8 AS "rows",
       (pg_catalog.regexp_match(pg_catalog.array_to_string(c.reloptions, ','), 'fillfactor=(\d+)'))[1]::float8 AS "fillFactor",
       pg_catalog.count(*)::int AS "columns",
       pg_catalog.count(s.attname)::int AS "known",
       sum((1 - s.null_frac) * s.avg_width)::float8 AS "width",
       pg_catalog.bool_or(s.null_frac > 0) AS "hasNulls"
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_stats AS s
  ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
WHERE c.oid = ANY ($1::text::oid[])
GROUP BY c.oid, c.relpages, c.reltuples, c.reloptions
