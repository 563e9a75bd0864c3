-- The databases that restores have made and not finished.
SELECT datname AS name FROM pg_catalog.pg_database WHERE datname ~ '^veza_restore_[0-9a-z]+_[0-9a-f]{8}$';
