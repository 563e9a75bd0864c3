UPDATE :"conversions" SET is_paused = $2, updated_at = pg_catalog.now() WHERE id = $1
