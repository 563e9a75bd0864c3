ALTER SCHEMA public OWNER TO pg_monitor;
