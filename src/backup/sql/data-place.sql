-- Where the server keeps its data, NULL where the role may not know it, and by what its postmaster is known. $1 a database.
SELECT
  CASE WHEN pg_catalog.pg_has_role(current_user, 'pg_read_all_settings', 'MEMBER') THEN pg_catalog.current_setting('data_directory') END AS "folder",
  pg_catalog.current_setting('port')::integer AS "port",
  extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8 AS "startedAt",
  (SELECT pg_catalog.pg_database_size(d.oid)::float8 FROM pg_catalog.pg_database AS d
   WHERE d.datname = $1 AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT') OR pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER'))) AS "presentBytes";
