-- Exact sizes of some tables. One that is locked ACCESS EXCLUSIVE, or waited for so, its indexes too, is not asked: the
-- sizes would queue behind it.
WITH locked AS (
  SELECT l.relation AS oid, i.indrelid
  FROM pg_catalog.pg_locks AS l
  LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = l.relation
  WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
)
SELECT c.oid::text AS "relid",
       pg_catalog.pg_indexes_size(c.oid) AS "index_bytes",
       pg_catalog.pg_table_size(c.oid) AS "table_bytes"
FROM pg_catalog.pg_class AS c
WHERE c.oid = ANY ($1::text::pg_catalog.oid[])
  AND NOT EXISTS (SELECT FROM locked AS l WHERE c.oid IN (l.oid, l.indrelid) OR c.reltoastrelid = l.oid)
