-- Every statement without its text: for snapshots, and for what happened between two moments.
SELECT s.*, r.rolname::text AS "userName", d.datname::text AS "databaseName"
FROM :"schema".pg_stat_statements(false) AS s
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
