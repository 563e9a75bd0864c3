-- The oldest transaction id, or multixact id, of any database.
SELECT max(greatest(pg_catalog.age(d.datfrozenxid), pg_catalog.mxid_age(d.datminmxid)))::float8 AS "xidAge"
FROM pg_catalog.pg_database AS d
