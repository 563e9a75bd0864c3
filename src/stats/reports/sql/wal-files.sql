-- The WAL folder; needs pg_monitor.
SELECT count(*)::float8 AS "files", sum(f.size)::float8 AS "bytes" FROM pg_catalog.pg_ls_waldir() AS f
