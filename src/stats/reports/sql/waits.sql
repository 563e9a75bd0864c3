-- Sessions that wait for a lock, whom they wait for, and for what. A parallel worker counts as its leader.
SELECT coalesce(a.leader_pid, l.pid) AS "pid",
       pg_catalog.to_jsonb(pg_catalog.pg_blocking_pids(l.pid)) AS "blockedBy",
       l.locktype AS "lockType", l.mode AS "mode",
       (extract(epoch FROM pg_catalog.clock_timestamp() - l.waitstart) * 1000)::float8 AS "waitMs",
       n.nspname::text AS "schema", c.relname::text AS "relation"
FROM (
  SELECT w.*, coalesce(w.relation, (SELECT t.relation FROM pg_catalog.pg_locks AS t
                                     WHERE t.pid = w.pid AND t.locktype = 'tuple' LIMIT 1)) AS "on"
  FROM pg_catalog.pg_locks AS w
  WHERE NOT w.granted AND w.pid IS NOT NULL
  ORDER BY w.waitstart NULLS LAST
  LIMIT 200
) AS l
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
LEFT JOIN pg_catalog.pg_class AS c
  ON c.oid = l."on" AND (l.database = 0 OR l.database IS NULL
       OR l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()))
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
