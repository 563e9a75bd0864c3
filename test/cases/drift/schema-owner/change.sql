ALTER SCHEMA t OWNER TO pg_monitor;
