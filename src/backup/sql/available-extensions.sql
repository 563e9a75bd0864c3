-- The extensions that this server could create.
SELECT name FROM pg_catalog.pg_available_extensions;
