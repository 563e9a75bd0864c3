-- The texts that were applied under some ids.
SELECT id, name, sql_content AS "sqlContent", down_sql AS "downSql"
FROM :"history"
WHERE id IN (SELECT pg_catalog.jsonb_array_elements_text($1::text::jsonb))
