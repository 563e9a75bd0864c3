-- The highest number in a column that a sequence fills; 0 in an empty table.
SELECT COALESCE(pg_catalog.max(:"column"), 0)::pg_catalog.text AS "highest" FROM :"table"
