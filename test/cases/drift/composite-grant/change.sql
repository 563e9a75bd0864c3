GRANT USAGE ON TYPE c TO pg_monitor;
