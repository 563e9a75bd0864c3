-- The counters of this database, with whatever columns this version has.
SELECT d.* FROM pg_catalog.pg_stat_database AS d WHERE d.datname = pg_catalog.current_database()
