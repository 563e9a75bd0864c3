-- Values that roles and databases have in place of the server's.
SELECT r.rolname::text AS "role", d.datname::text AS "database",
       pg_catalog.split_part(c.line, '=', 1) AS "name",
       pg_catalog.substr(c.line, pg_catalog.strpos(c.line, '=') + 1) AS "value"
FROM pg_catalog.pg_db_role_setting AS s
CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (line)
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
WHERE (s.setrole = 0 OR r.oid IS NOT NULL) AND (s.setdatabase = 0 OR d.oid IS NOT NULL)
ORDER BY 3, 1, 2
