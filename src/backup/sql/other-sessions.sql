-- How many sessions of clients there are besides this one.
SELECT pg_catalog.count(*)::int AS number FROM pg_catalog.pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid();
