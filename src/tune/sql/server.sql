-- What the server is, who asks, and what the role may do about its settings.
SELECT
  pg_catalog.current_setting('server_version') AS "version",
  pg_catalog.current_setting('server_version_num')::int / 10000 AS "major",
  pg_catalog.current_database()::text AS "database",
  current_user::text AS "user",
  (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user) AS "isSuperuser",
  pg_catalog.pg_is_in_recovery() AS "isStandby",
  coalesce(pg_catalog.current_setting('allow_alter_system', true), 'on')::boolean AS "allowsAlterSystem",
  pg_catalog.has_function_privilege('pg_catalog.pg_reload_conf()', 'EXECUTE') AS "mayReload",
  pg_catalog.pg_jit_available() OR pg_catalog.current_setting('jit')::boolean IS FALSE AS "hasJit",
  (SELECT pg_catalog.jsonb_agg(r.rolname) FROM pg_catalog.pg_roles AS r
    WHERE r.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')) AS "providerRoles",
  EXISTS (SELECT FROM pg_catalog.pg_proc AS p WHERE p.proname = 'aurora_version') AS "isAurora",
  -- One that is away just now has a slot, where it was set up with one.
  greatest(
    (SELECT count(*) FROM pg_catalog.pg_stat_replication AS r
      WHERE r.state <> 'backup' AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_replication_slots AS s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')),
    (SELECT count(*) FROM pg_catalog.pg_replication_slots AS s WHERE s.slot_type = 'physical' AND NOT s.temporary)
  )::int AS "standbys",
  (SELECT count(*)::int FROM pg_catalog.pg_replication_slots) AS "slots",
  (SELECT count(*)::int FROM pg_catalog.pg_replication_slots AS s WHERE s.slot_type = 'logical') AS "logicalSlots"
