-- For how long the longest wait for a lock lasts.
SELECT coalesce(max(extract(epoch FROM pg_catalog.clock_timestamp() - l.waitstart)) * 1000, 0)::float8 AS "blockedMs"
FROM pg_catalog.pg_locks AS l
WHERE NOT l.granted
