GRANT SELECT (id) ON a TO pg_monitor;
