-- Ends the sessions in a database, as far as the role may. A session that it may not end is no error.
SELECT pid FROM pg_catalog.pg_stat_activity WHERE datname = $1 AND pid <> pg_catalog.pg_backend_pid();
