-- A file of the machine that the server runs on; NULL where there is none.
SELECT pg_catalog.pg_read_file($1, 0, 1048576, true) AS "text"
