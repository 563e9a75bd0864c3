-- The names of all databases.
SELECT datname AS name FROM pg_catalog.pg_database;
