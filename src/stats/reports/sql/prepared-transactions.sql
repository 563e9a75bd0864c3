-- Transactions prepared for two-phase commit: they hold their locks and the horizon, over restarts too.
SELECT p.gid, p.owner::text AS "user", p.database::text AS "database",
       (extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared) * 1000)::float8 AS "transactionMs",
       pg_catalog.age(p.transaction)::float8 AS "xminAge"
FROM pg_catalog.pg_prepared_xacts AS p
ORDER BY p.prepared
