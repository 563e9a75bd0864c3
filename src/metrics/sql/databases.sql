-- Connection limit and age of each database; its size where $1 asks for it and the role may know it: it opens every file.
SELECT
  d.datname::text AS "datname",
  d.datconnlimit AS "connection_limit",
  CASE WHEN $1::boolean
        AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT')
             OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'))
       THEN pg_catalog.pg_database_size(d.oid) END AS "size",
  CASE WHEN d.datallowconn THEN pg_catalog.age(d.datfrozenxid) END AS "xid_age",
  CASE WHEN d.datallowconn THEN pg_catalog.mxid_age(d.datminmxid) END AS "mxid_age"
FROM pg_catalog.pg_database AS d
-- A database being dropped is in pieces.
WHERE d.datconnlimit <> -2
ORDER BY d.datname
