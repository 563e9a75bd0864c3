-- The size of this database: its files are counted, no table is locked.
SELECT pg_catalog.pg_database_size(pg_catalog.current_database())::float8 AS "bytes"
