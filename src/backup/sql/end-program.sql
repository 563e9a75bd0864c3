-- Ends the sessions of a program of ours in this database: one that waits for a lock does not notice that it is gone.
SELECT pg_catalog.pg_terminate_backend(pid) AS ended
FROM pg_catalog.pg_stat_activity
WHERE application_name = $1 AND datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid();
