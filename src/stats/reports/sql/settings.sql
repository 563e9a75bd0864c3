-- Settings that somebody has changed or that wait for a restart, and a few that hurt when they are wrong.
SELECT s.name, s.setting, s.unit, s.boot_val AS "default", s.source, s.pending_restart AS "needsRestart",
       s.category, s.sourcefile AS "file"
FROM pg_catalog.pg_settings AS s
WHERE s.pending_restart OR s.source NOT IN ('default', 'override', 'client', 'session')
   OR s.name = ANY ($1::text::text[])
ORDER BY s.name
