-- Databases that may be connected to, this one left out.
SELECT d.datname::text AS "datname"
FROM pg_catalog.pg_database AS d
WHERE d.datallowconn AND NOT d.datistemplate AND d.datconnlimit <> -2
  AND d.datname <> pg_catalog.current_database()
  AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
ORDER BY d.datname
