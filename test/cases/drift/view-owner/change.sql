ALTER VIEW v OWNER TO pg_monitor;
