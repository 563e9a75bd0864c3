-- Says that a process lives, or uses a template; freed with the session.
SELECT pg_catalog.pg_advisory_lock_shared($1::integer, $2::integer)
