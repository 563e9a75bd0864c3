-- The dump of a detached partition is whole, read back and in its place.
UPDATE :"archive" SET archived_at = pg_catalog.now(), rows = $2, file = $3, bytes = $4, sha256 = $5,
  detached_at = coalesce(detached_at, pg_catalog.now())
WHERE id = $1
