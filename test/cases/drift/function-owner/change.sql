ALTER FUNCTION f() OWNER TO pg_monitor;
