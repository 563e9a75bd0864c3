ALTER TYPE e OWNER TO pg_monitor;
