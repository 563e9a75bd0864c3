-- What is marked as alive, by sessions in any database of the server.
SELECT l.classid::bigint::integer AS "class", (l.objid::bigint::bit(32))::integer AS "key"
FROM pg_catalog.pg_locks l
WHERE l.locktype = 'advisory'
  AND l.objsubid = 2
  AND l.granted
  AND l.classid IN ($1::bigint::oid, $2::bigint::oid)
