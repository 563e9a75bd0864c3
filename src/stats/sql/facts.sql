-- What the server is, what this role may see, and which statistics there are. Shared by every report.
SELECT
  pg_catalog.current_setting('server_version') AS "version",
  pg_catalog.current_database()::text AS "database",
  current_user::text AS "user",
  pg_catalog.pg_is_in_recovery() AS "isStandby",
  pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS "seesAll",
  pg_catalog.current_setting('track_io_timing')::boolean AS "tracksIoTiming",
  coalesce(pg_catalog.current_setting('pg_stat_statements.track_planning', true), 'off')::boolean AS "tracksPlanning",
  pg_catalog.current_setting('track_counts')::boolean AS "tracksCounts",
  pg_catalog.current_setting('block_size')::int AS "blockBytes",
  pg_catalog.current_setting('max_connections')::int AS "maxConnections",
  pg_catalog.current_setting('superuser_reserved_connections')::int
    + coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::int AS "reservedConnections",
  pg_catalog.to_jsonb(pg_catalog.pg_postmaster_start_time()) #>> '{}' AS "startedAt",
  pg_catalog.to_jsonb(pg_catalog.clock_timestamp()) #>> '{}' AS "now",
  pg_catalog.current_setting('pg_stat_statements.max', true) IS NOT NULL AS "hasStatementsLoaded",
  (SELECT pg_catalog.jsonb_agg(v.relname)
     FROM pg_catalog.pg_class AS v
    WHERE v.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND v.relkind = 'v' AND v.relname LIKE 'pg\_stat%') AS "views",
  (SELECT pg_catalog.jsonb_build_object(
            'schema', n.nspname,
            'version', e.extversion,
            'columns', (SELECT coalesce(pg_catalog.jsonb_agg(a.attname), '[]')
                          FROM pg_catalog.pg_attribute AS a
                          JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
                         WHERE c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'
                           AND a.attnum > 0 AND NOT a.attisdropped),
            'isPreloaded', pg_catalog.current_setting('pg_stat_statements.max', true) IS NOT NULL,
            'mayUse', pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
            'maxEntries', pg_catalog.current_setting('pg_stat_statements.max', true)::int,
            'hasInfo', EXISTS (SELECT FROM pg_catalog.pg_class AS c
                                WHERE c.relnamespace = n.oid AND c.relname = 'pg_stat_statements_info'))
     FROM pg_catalog.pg_extension AS e
     JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_stat_statements') AS "statements"
