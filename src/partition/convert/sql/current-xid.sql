-- A transaction later than everything copied so far.
SELECT pg_catalog.pg_current_xact_id()::xid::text AS "xid"
