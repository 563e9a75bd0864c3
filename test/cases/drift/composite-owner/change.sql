ALTER TYPE c OWNER TO pg_monitor;
