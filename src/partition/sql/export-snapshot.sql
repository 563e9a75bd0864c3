-- For pg_dump to see what was counted.
SELECT pg_catalog.pg_export_snapshot() AS "snapshot"
