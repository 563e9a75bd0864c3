-- pg_stat_statements: installed on the server, loaded at its start (only then has it settings), created in this database.
SELECT
  EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pg_stat_statements') AS "isAvailable",
  pg_catalog.current_setting('pg_stat_statements.max', true) IS NOT NULL AS "isPreloaded",
  (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'pg_stat_statements') AS "createdVersion"
