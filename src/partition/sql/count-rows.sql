-- How many rows a detached partition has.
SELECT count(*)::float8 AS "rows" FROM ONLY :"table"
