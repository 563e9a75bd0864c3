-- The largest of this database as its catalog remembers them, and what autovacuum should have done by now.
WITH settled AS (
  SELECT pg_catalog.current_setting('autovacuum_vacuum_threshold')::float8 AS threshold,
         pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::float8 AS factor
), tables AS (
  SELECT c.reltuples::float8 AS live, t.n_dead_tup::float8 AS dead,
         -- Twice what starts a vacuum: nobody has come for a while.
         t.n_dead_tup > 2 * (s.threshold + s.factor * greatest(c.reltuples, 0)) AS is_behind
  FROM pg_catalog.pg_stat_user_tables AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.relid
  CROSS JOIN settled AS s
)
SELECT
  coalesce(max(live), 0)::float8 AS "largestTableRows",
  count(*) FILTER (WHERE is_behind)::float8 AS "tablesBehindVacuum",
  coalesce(sum(dead) FILTER (WHERE is_behind), 0)::float8 AS "deadRowsBehindVacuum",
  (SELECT coalesce(max(i.relpages), 0)::float8 * pg_catalog.current_setting('block_size')::int
     FROM pg_catalog.pg_class AS i WHERE i.relkind = 'i') AS "largestIndexBytes",
  (SELECT count(*)::float8 FROM pg_catalog.pg_stat_activity AS a
    WHERE a.backend_type = 'autovacuum worker') AS "busyVacuumWorkers"
FROM tables
