-- Prepared transactions that hold locks which sessions wait for, the oldest first: pg_blocking_pids calls them all 0.
SELECT p.gid, p.owner::text AS "user", p.database::text AS "database",
       (extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared) * 1000)::float8 AS "transactionMs"
FROM pg_catalog.pg_prepared_xacts AS p
JOIN pg_catalog.pg_locks AS x ON x.pid IS NULL AND x.locktype = 'transactionid' AND x.transactionid = p.transaction
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_locks AS h
  JOIN pg_catalog.pg_locks AS w
    ON NOT w.granted AND w.locktype = h.locktype
   AND (w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid, w.classid, w.objid, w.objsubid)
       IS NOT DISTINCT FROM
       (h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid, h.classid, h.objid, h.objsubid)
  WHERE h.pid IS NULL AND h.virtualtransaction = x.virtualtransaction)
ORDER BY p.prepared
