-- The databases that this role may measure.
SELECT coalesce(sum(pg_catalog.pg_database_size(d.oid)), 0)::float8 AS "databaseBytes"
FROM pg_catalog.pg_database AS d
WHERE pg_catalog.has_database_privilege(d.oid, 'CONNECT')
   OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
