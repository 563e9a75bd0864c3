-- The lock against other runs: held by the session, never waited for inside the server.
SELECT pg_catalog.pg_try_advisory_lock($1::integer, $2::integer) AS "isHeld"
