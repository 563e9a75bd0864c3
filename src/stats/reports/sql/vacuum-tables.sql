-- Tables by how far they are past the point where autovacuum should take them, for dead rows or for their age.
SELECT v.*, pg_catalog.to_jsonb(greatest(pg_catalog.pg_stat_get_last_vacuum_time(v."oid"),
                                         pg_catalog.pg_stat_get_last_autovacuum_time(v."oid"))) #>> '{}' AS "vacuumedAt"
FROM (
  SELECT c.oid AS "oid", n.nspname::text AS "schema", c.relname::text AS "table",
         pg_catalog.pg_stat_get_dead_tuples(c.oid)::float8 AS "deadRows",
         pg_catalog.pg_stat_get_live_tuples(c.oid)::float8 AS "liveRows",
         (coalesce((pg_catalog.regexp_match(o."text", 'autovacuum_vacuum_threshold=(\d+)'))[1]::float8, s."threshold")
          + coalesce((pg_catalog.regexp_match(o."text", 'autovacuum_vacuum_scale_factor=([\d.]+)'))[1]::float8, s."scale")
            * greatest(c.reltuples, 0)) AS "threshold",
         coalesce(o."text" LIKE '%autovacuum_enabled=false%', false) AS "isOff",
         greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.age(t.relfrozenxid))::float8 AS "xidAge",
         greatest(pg_catalog.mxid_age(c.relminmxid), pg_catalog.mxid_age(t.relminmxid))::float8 AS "mxidAge",
         s."freezeMaxAge"
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid AND c.reltoastrelid <> 0
  CROSS JOIN LATERAL (SELECT pg_catalog.array_to_string(c.reloptions, ',') AS "text") AS o
  CROSS JOIN (SELECT pg_catalog.current_setting('autovacuum_vacuum_threshold')::float8 AS "threshold",
                     pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::float8 AS "scale",
                     pg_catalog.current_setting('autovacuum_freeze_max_age')::float8 AS "freezeMaxAge") AS s
  WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND c.relpersistence <> 't'
    AND (n.nspname <> 'pg_catalog' OR $2::boolean)
) AS v
ORDER BY greatest(v."deadRows" / greatest(v."threshold", 1), v."xidAge" / v."freezeMaxAge") DESC, v."schema", v."table"
LIMIT $1
