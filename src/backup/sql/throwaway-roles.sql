-- The roles that restores of foreign dumps have made.
SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolname ~ '^veza_restore_[0-9a-z]+_[0-9a-f]{8}$';
