-- What the session is, and what its role may do in this database.
SELECT
  d.datname AS "database",
  r.rolname AS "user",
  pg_catalog.pg_is_in_recovery() AS "isStandby",
  pg_catalog.current_setting('transaction_read_only') = 'on' AS "isReadOnly",
  pg_catalog.pg_encoding_to_char(d.encoding) AS "encoding",
  r.rolsuper AS "isSuperuser",
  pg_catalog.has_database_privilege(d.oid, 'CREATE') AS "mayCreateSchemas",
  r.rolcreatedb OR r.rolsuper AS "mayCreateDatabases",
  pg_catalog.pg_has_role('pg_monitor', 'USAGE') AS "isMonitor",
  coalesce(s.ssl, false) AS "isEncrypted"
FROM pg_catalog.pg_database AS d
JOIN pg_catalog.pg_roles AS r ON r.rolname = current_user
LEFT JOIN pg_catalog.pg_stat_ssl AS s ON s.pid = pg_catalog.pg_backend_pid()
WHERE d.datname = pg_catalog.current_database()
