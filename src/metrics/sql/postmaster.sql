-- What the server is, when it started, and how far its transaction ids have come.
SELECT
  pg_catalog.version() AS "version",
  pg_catalog.current_setting('server_version_num')::int AS "number",
  EXTRACT(EPOCH FROM pg_catalog.pg_postmaster_start_time())::float8 AS "started",
  CASE WHEN NOT pg_catalog.pg_is_in_recovery()
       THEN pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text END AS "txid"
