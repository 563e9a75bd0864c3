-- Sequences that count up and belong to a column of numbers, with that column and, where its table is partitioned, the
-- partitions that are filled through it. $1 is a JSON array of [schema, name].
SELECT sn.nspname AS "schema", s.relname AS "name", tn.nspname AS "tableSchema", t.relname AS "table", a.attname AS "column"
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.relnamespace
JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = s.oid AND q.seqincrement > 0
JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.deptype IN ('a', 'i') AND a.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'numeric'::pg_catalog.regtype)
  AND EXISTS (
    SELECT FROM pg_catalog.jsonb_array_elements($1::jsonb) AS w (names)
    JOIN pg_catalog.pg_namespace AS wn ON wn.nspname = w.names ->> 0
    JOIN pg_catalog.pg_class AS wt ON wt.relnamespace = wn.oid AND wt.relname = w.names ->> 1
    WHERE wt.oid = t.oid OR t.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_ancestors(wt.oid) AS p (relid)))
ORDER BY s.oid;
