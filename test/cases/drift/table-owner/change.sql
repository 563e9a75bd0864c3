ALTER TABLE a OWNER TO pg_monitor;
