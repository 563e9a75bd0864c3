-- The checkpointer, which has a view of its own since 17.
SELECT c.* FROM pg_catalog.pg_stat_checkpointer AS c
