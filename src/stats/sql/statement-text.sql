-- The text of one statement, with the database and the user that ran it.
SELECT r.rolname::text AS "user", d.datname::text AS "database", s.query AS "query"
FROM :"schema".pg_stat_statements(true) AS s
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
WHERE s.queryid = $1::text::int8
