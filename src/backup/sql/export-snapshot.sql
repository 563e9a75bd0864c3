-- Lets other sessions, pg_dump's among them, see what this one sees.
SELECT pg_catalog.pg_export_snapshot() AS snapshot;
