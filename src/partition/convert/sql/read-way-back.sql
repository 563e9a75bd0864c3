-- The triggers that keep the old table equal, whether that table is there, and why they failed where they did. :"failures"
-- the table of failures; $1 the table, $2 the trigger, $3 the old table, $4 the trigger function.
SELECT
  pg_catalog.to_regclass(pg_catalog.format('%I.%I', n.nspname, $3::text)) IS NOT NULL AS "hasOld",
  f.failed_at AS "since",
  f.message AS "reason"
FROM pg_catalog.pg_trigger g
JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (SELECT failed_at, message FROM :"failures" WHERE schema_name = n.nspname AND sync = $4 ORDER BY failed_at LIMIT 1) AS f ON true
WHERE g.tgrelid = $1::int8::oid AND g.tgname = $2
