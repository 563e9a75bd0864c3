-- The table with the largest part of dead rows, among those with more than 10,000 of them.
SELECT d."schema", d."table" AS "name", (100 * d."dead" / (d."dead" + d."live"))::float8 AS "percent"
FROM (
  SELECT n.nspname::text AS "schema", c.relname::text AS "table",
         pg_catalog.pg_stat_get_dead_tuples(c.oid)::float8 AS "dead", pg_catalog.pg_stat_get_live_tuples(c.oid)::float8 AS "live"
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
) AS d
WHERE d."dead" > 10000
ORDER BY 2 DESC
LIMIT 1
