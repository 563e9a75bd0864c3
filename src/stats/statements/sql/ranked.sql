-- The statements that rank first, without their texts: the server then need not read its file of texts. Which counters
-- there are depends on the extension's version, so the columns to rank by are filled in; "nothing" stands for none.
WITH s AS MATERIALIZED (
  SELECT *, 0::float8 AS "nothing" FROM :"schema".pg_stat_statements(false)
)
SELECT s.*, r.rolname::text AS "userName", d.datname::text AS "databaseName",
       t."allEntries", t."hiddenEntries", t."allTime"
FROM s
CROSS JOIN (
  SELECT count(*)::int AS "allEntries",
         (count(*) FILTER (WHERE h.queryid IS NULL))::int AS "hiddenEntries",
         sum(h.:"time")::float8 AS "allTime"
  FROM s AS h
) AS t
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
WHERE ($1::text IS NULL OR r.rolname = $1)
  AND ($2::text IS NULL OR d.datname = $2)
  AND ($3::int8 IS NULL OR s.calls >= $3)
  AND s.queryid IS NOT NULL
ORDER BY s.:"rank1" + s.:"rank2" + s.:"rank3" + s.:"rank4" + s.:"rank5" + s.:"rank6" DESC NULLS LAST
LIMIT $4
