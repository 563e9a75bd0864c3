-- Since when this database's counters count.
SELECT pg_catalog.to_jsonb(d.stats_reset) #>> '{}' AS "resetAt"
FROM pg_catalog.pg_stat_database AS d
WHERE d.datname = pg_catalog.current_database()
