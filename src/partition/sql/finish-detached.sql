-- A run was killed when its partition was detached, before it had written that down: the time of grace begins.
UPDATE :"archive" a SET detached_at = pg_catalog.now()
WHERE a.detached_at IS NULL AND a.dropped_at IS NULL
  AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = a.partition_oid)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = a.partition_oid)
