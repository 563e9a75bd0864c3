-- Evictions and the last reset of the statements' counters.
SELECT i.dealloc::float8 AS "evictions", pg_catalog.to_jsonb(i.stats_reset) #>> '{}' AS "resetAt"
FROM :"schema".pg_stat_statements_info AS i
