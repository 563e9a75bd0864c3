-- How far each database is from running out of transaction ids.
SELECT d.datname::text AS "database", pg_catalog.age(d.datfrozenxid)::float8 AS "xidAge",
       pg_catalog.mxid_age(d.datminmxid)::float8 AS "mxidAge"
FROM pg_catalog.pg_database AS d
ORDER BY greatest(pg_catalog.age(d.datfrozenxid), pg_catalog.mxid_age(d.datminmxid)) DESC
