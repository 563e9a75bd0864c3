-- Foreign keys: which table's rows point to which other's, those between partitions too.
SELECT fn.nspname AS "fromSchema", f.relname AS "fromName", tn.nspname AS "toSchema", t.relname AS "toName"
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS f ON f.oid = c.conrelid
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
JOIN pg_catalog.pg_class AS t ON t.oid = c.confrelid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
WHERE c.contype = 'f' AND c.conrelid <> c.confrelid
ORDER BY c.oid;
