-- The cluster and the role of this session.
SELECT system_identifier::text AS "systemIdentifier",
       (SELECT oid::text FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AS "databaseOid",
       pg_catalog.current_database() AS database,
       (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS "isSuperuser",
       pg_catalog.current_setting('server_version') AS version,
       -- A cluster that was copied with its identifiers was not started in the same moment.
       extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text AS "startedAt"
FROM pg_catalog.pg_control_system();
