-- What keeps dead rows from being removed: the oldest snapshots of sessions, slots, prepared transactions and standbys.
SELECT h.*
FROM (
  SELECT 'session' AS "kind", a.pid::text AS "name", pg_catalog.age(a.backend_xmin)::float8 AS "xminAge",
         (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::float8 AS "ageMs",
         concat_ws(', ', a.usename, a.datname, a.application_name, a.state) AS "detail"
  FROM pg_catalog.pg_stat_activity AS a
  WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid() AND a.backend_type <> 'walsender'
  UNION ALL
  SELECT 'slot', s.slot_name::text, greatest(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin))::float8, NULL,
         concat_ws(', ', s.slot_type, s.database, CASE WHEN s.active THEN 'active' ELSE 'inactive' END)
  FROM pg_catalog.pg_replication_slots AS s
  WHERE s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL
  UNION ALL
  SELECT 'prepared', p.gid, pg_catalog.age(p.transaction)::float8,
         (extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared) * 1000)::float8, concat_ws(', ', p.owner, p.database)
  FROM pg_catalog.pg_prepared_xacts AS p
  UNION ALL
  SELECT 'standby', coalesce(r.application_name, r.pid::text), pg_catalog.age(r.backend_xmin)::float8, NULL,
         concat_ws(', ', r.client_addr, 'hot_standby_feedback')
  FROM pg_catalog.pg_stat_replication AS r
  WHERE r.backend_xmin IS NOT NULL
) AS h
ORDER BY h."xminAge" DESC NULLS LAST
LIMIT 10
