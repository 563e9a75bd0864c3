ALTER DOMAIN d OWNER TO pg_monitor;
