-- Settings by name, or all of them, with their limits and where each value came from. Where the files have been read in this session,
-- pending_restart is set too for what they say otherwise than the command line, which a restart does not change.
SELECT s.name, s.setting, s.unit, s.vartype, s.context, s.source, s.min_val AS "min", s.max_val AS "max",
       pg_catalog.to_jsonb(s.enumvals) AS "choices", s.boot_val AS "bootValue", s.reset_val AS "resetValue",
       s.pending_restart AND s.source <> 'command line' AS "pendingRestart"
FROM pg_catalog.pg_settings AS s
ORDER BY s.name
