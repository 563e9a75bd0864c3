-- Sessions that still look at the database as it was before a transaction: they would miss rows that were copied since.
SELECT a.pid, a.usename AS "user", a.application_name AS "application"
FROM pg_catalog.pg_stat_activity a
WHERE a.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  AND a.pid <> pg_catalog.pg_backend_pid()
  AND a.backend_xmin IS NOT NULL
  AND pg_catalog.age(a.backend_xmin) > pg_catalog.age($1::text::xid)
