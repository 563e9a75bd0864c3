-- Vacuums that run now. Since 17 dead rows are kept as item ids and their room is counted in bytes: by position, not by name.
SELECT
  d.datname::text AS "datname",
  coalesce(CASE WHEN d.datname = pg_catalog.current_database() THEN s.relid::pg_catalog.regclass::text END,
           s.relid::text) AS "relname",
  s.param1 AS "phase", s.param2 AS "heap_blks", s.param3 AS "heap_blks_scanned", s.param4 AS "heap_blks_vacuumed",
  s.param5 AS "index_vacuums", s.param6 AS "max_dead_tuples", s.param7 AS "num_dead_tuples"
FROM pg_catalog.pg_stat_get_progress_info('VACUUM') AS s
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.datid
