-- The partition is detached: its time of grace begins.
UPDATE :"archive" SET detached_at = pg_catalog.now() WHERE partition_oid = $1::int8::oid AND detached_at IS NULL
