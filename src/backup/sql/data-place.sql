-- Where the server keeps its data, and by what its cluster is known; NULL where the role may not know. $1 a database.
SELECT
  CASE WHEN pg_catalog.pg_has_role(current_user, 'pg_read_all_settings', 'MEMBER') THEN pg_catalog.current_setting('data_directory') END AS "folder",
  (SELECT s.system_identifier::text FROM pg_catalog.pg_control_system() AS s) AS "systemIdentifier",
  (SELECT pg_catalog.pg_database_size(d.oid)::float8 FROM pg_catalog.pg_database AS d
   WHERE d.datname = $1 AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT') OR pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER'))) AS "presentBytes";
