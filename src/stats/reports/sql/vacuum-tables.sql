-- Tables by how far they are past the point where autovacuum should take them, for dead rows or for their age.
SELECT v.*, pg_catalog.to_jsonb(greatest(pg_catalog.pg_stat_get_last_vacuum_time(v."oid"),
                                         pg_catalog.pg_stat_get_last_autovacuum_time(v."oid"))) #>> '{}' AS "vacuumedAt"
FROM (
  SELECT c.oid AS "oid", n.nspname::text AS "schema", c.relname::text AS "table",
         pg_catalog.pg_stat_get_dead_tuples(c.oid)::float8 AS "deadRows",
         pg_catalog.pg_stat_get_live_tuples(c.oid)::float8 AS "liveRows",
         least(coalesce(o."threshold", s."threshold") + coalesce(o."scale", s."scale") * greatest(c.reltuples, 0),
               nullif(coalesce(o."most", s."most"), -1)) AS "threshold",
         NOT coalesce(o."isOn", true) AS "isOff",
         greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.age(t.relfrozenxid))::float8 AS "xidAge",
         greatest(pg_catalog.mxid_age(c.relminmxid), pg_catalog.mxid_age(t.relminmxid))::float8 AS "mxidAge",
         least(s."xidMaxAge", o."xidMaxAge") AS "xidMaxAge",
         least(s."mxidMaxAge", o."mxidMaxAge") AS "mxidMaxAge"
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid AND c.reltoastrelid <> 0
  -- What the table has of its own; limits of age count where they are lower than the server's.
  LEFT JOIN (
    SELECT own.oid,
           max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_threshold')::float8 AS "threshold",
           max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_scale_factor')::float8 AS "scale",
           max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_max_threshold')::float8 AS "most",
           max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_freeze_max_age')::float8 AS "xidMaxAge",
           max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_multixact_freeze_max_age')::float8 AS "mxidMaxAge",
           max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_enabled')::boolean AS "isOn"
    FROM pg_catalog.pg_class AS own
    CROSS JOIN pg_catalog.pg_options_to_table(own.reloptions) AS p
    WHERE own.reloptions IS NOT NULL AND own.relkind IN ('r', 'm')
    GROUP BY own.oid
  ) AS o ON o.oid = c.oid
  CROSS JOIN (SELECT pg_catalog.current_setting('autovacuum_vacuum_threshold')::float8 AS "threshold",
                     pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::float8 AS "scale",
                     pg_catalog.current_setting('autovacuum_vacuum_max_threshold', true)::float8 AS "most",
                     pg_catalog.current_setting('autovacuum_freeze_max_age')::float8 AS "xidMaxAge",
                     pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::float8 AS "mxidMaxAge") AS s
  WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND c.relpersistence <> 't'
    AND (n.nspname <> 'pg_catalog' OR $2::boolean)
) AS v
ORDER BY greatest(v."deadRows" / greatest(v."threshold", 1), v."xidAge" / v."xidMaxAge", v."mxidAge" / v."mxidMaxAge") DESC, v."schema", v."table"
LIMIT $1
