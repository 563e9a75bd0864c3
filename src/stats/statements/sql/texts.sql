-- The texts of the statements that are shown, and those of the tool's own, which are left out. The server reads its whole
-- file of texts for it, however few are asked for.
SELECT s.userid, s.dbid, s.queryid, pg_catalog.left(s.query, $2::int) AS "query",
       pg_catalog.length(s.query) AS "length", pg_catalog.length(s.query) > $2::int AS "isCut"
FROM :"schema".pg_stat_statements(true) AS s
WHERE s.queryid = ANY ($1::text::int8[])
   OR pg_catalog.left(s.query, 80) ~ $3
