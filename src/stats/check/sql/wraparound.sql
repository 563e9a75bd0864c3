-- The database that is nearest to running out of transaction ids, or of multixact ids.
SELECT d.datname::text AS "database", pg_catalog.age(d.datfrozenxid)::float8 AS "xidAge",
       pg_catalog.mxid_age(d.datminmxid)::float8 AS "mxidAge"
FROM pg_catalog.pg_database AS d
ORDER BY greatest(pg_catalog.age(d.datfrozenxid), pg_catalog.mxid_age(d.datminmxid)) DESC, d.datname = pg_catalog.current_database() DESC, d.datname
LIMIT 1
