-- Rows in a default partition; beyond a million it is enough to know that.
SELECT count(*)::float8 AS "rows" FROM (SELECT FROM ONLY :"table" LIMIT 1000001) AS counted
