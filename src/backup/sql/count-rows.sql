-- How many rows a table holds, its children aside.
SELECT pg_catalog.count(*)::text AS rows FROM ONLY :"table";
