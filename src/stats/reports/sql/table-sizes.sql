-- Exact sizes of the tables that are shown. Takes the lightest lock on each; locked ones are not asked.
SELECT c.oid::text AS "oid",
       pg_catalog.pg_table_size(c.oid)::float8 - coalesce(pg_catalog.pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)::float8 AS "heapBytes",
       coalesce(pg_catalog.pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)::float8 AS "toastBytes",
       pg_catalog.pg_indexes_size(c.oid)::float8 AS "indexBytes"
FROM pg_catalog.pg_class AS c
WHERE c.oid = ANY ($1::text::oid[])
