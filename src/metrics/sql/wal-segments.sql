-- WAL segments on disk; needs pg_monitor.
SELECT count(*)::int AS "segments", sum(f.size) AS "bytes"
FROM pg_catalog.pg_ls_waldir() AS f
WHERE f.name ~ '^[0-9A-F]{24}$'
