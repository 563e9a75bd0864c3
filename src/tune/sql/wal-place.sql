-- Where the server keeps its data, and by what the file of its postmaster there is known to be this one's.
SELECT pg_catalog.current_setting('data_directory') AS "folder",
       pg_catalog.current_setting('port')::integer AS "port",
       extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8 AS "startedAt"
