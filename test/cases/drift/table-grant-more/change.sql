GRANT UPDATE ON a TO pg_monitor;
