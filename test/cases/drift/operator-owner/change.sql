ALTER OPERATOR === (int, int) OWNER TO pg_monitor;
