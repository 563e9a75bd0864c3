-- The type of the column that partitions are cut by, with the first and the last value.
SELECT t.typname AS "type", (SELECT min(:"column")::text FROM ONLY :"table") AS "first", (SELECT max(:"column")::text FROM ONLY :"table") AS "last"
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = $1::int8::oid AND a.attname = $2
