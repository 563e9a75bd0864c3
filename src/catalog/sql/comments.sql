-- Comments on whatever users made; and on the schema public, where it is not as initdb wrote it.
SELECT d.classoid::int8::int4 AS class, d.objoid AS id, d.objsubid AS sub, d.description AS text
FROM pg_description d
WHERE (d.objoid >= 16384 OR d.classoid = 2615 AND d.objoid = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = 'public'))
  AND NOT (d.classoid = 2615 AND d.description = 'standard public schema')
UNION ALL
SELECT 2615, n.oid, 0, ''
FROM pg_namespace n
WHERE n.nspname = 'public' AND obj_description(n.oid, 'pg_namespace') IS NULL
UNION ALL
SELECT 1262, d.objoid, 0, d.description
FROM pg_shdescription d
WHERE d.classoid = 1262 AND d.objoid = (SELECT b.oid FROM pg_database b WHERE b.datname = current_database())
UNION ALL
SELECT 6100, d.objoid, 0, d.description
FROM pg_shdescription d
WHERE d.classoid = 6100
