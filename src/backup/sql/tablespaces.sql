-- The tablespaces that objects of this database name.
SELECT DISTINCT t.spcname AS name
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_tablespace AS t ON t.oid = c.reltablespace
WHERE t.spcname NOT IN ('pg_default', 'pg_global')
ORDER BY t.spcname;
