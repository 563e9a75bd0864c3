-- What wants statistics in a database that was just filled, what takes longest first; a partitioned table looks at its
-- partitions itself. Catalogs came from template0 with statistics, which hold until many objects have made them large.
SELECT n.nspname AS "schema", c.relname AS "name"
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^pg_(toast|temp_)'
  AND (n.nspname NOT IN ('pg_catalog', 'information_schema') OR pg_catalog.pg_relation_size(c.oid) > 4 * 1024 * 1024)
ORDER BY c.relkind = 'p' DESC, pg_catalog.pg_relation_size(c.oid) DESC, c.oid;
