-- Tables of this database that somebody holds ACCESS EXCLUSIVE, or waits to: whoever asks for their size would queue too.
SELECT l.relation AS "oid", pg_catalog.bool_or(l.granted) AS "isHeld",
       min(n.nspname)::text AS "schema", min(c.relname)::text AS "name",
       min(i.indrelid::int8)::text AS "tableOid"
FROM pg_catalog.pg_locks AS l
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = l.relation
WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
GROUP BY l.relation
