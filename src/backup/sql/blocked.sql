-- Sessions of a program of ours in this database that wait for a lock, how long, and who is in the way. $1 their name.
SELECT a.pid,
       extract(epoch FROM pg_catalog.clock_timestamp() - l.waitstart)::float8 * 1000 AS "waitedMs",
       coalesce((SELECT pg_catalog.string_agg(pg_catalog.format('pid %s (%s, %s)', b.pid, b.usename, b.application_name), ', ')
                 FROM pg_catalog.pg_stat_activity AS b
                 WHERE b.pid = ANY (pg_catalog.pg_blocking_pids(a.pid))), '') AS blockers
FROM pg_catalog.pg_stat_activity AS a
JOIN pg_catalog.pg_locks AS l ON l.pid = a.pid AND NOT l.granted
WHERE a.application_name = $1 AND a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
ORDER BY l.waitstart;
