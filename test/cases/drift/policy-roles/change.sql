ALTER POLICY p ON a TO pg_monitor;
