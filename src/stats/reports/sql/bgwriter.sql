-- The background writer; before 17 the checkpointer too.
SELECT b.* FROM pg_catalog.pg_stat_bgwriter AS b
