-- Behind a pooler: the lock for the length of this transaction.
SELECT pg_catalog.pg_try_advisory_xact_lock($1::integer, $2::integer) AS "isHeld"
