-- Foreign keys whose columns begin no index: each delete or update of the other table's key reads this table whole.
SELECT k.oid::text AS "oid", k.conname::text AS "constraint", n.nspname::text AS "schema", c.relname::text AS "table",
       c.relkind = 'p' AS "isPartitioned", greatest(c.relpages, 0)::float8 AS "pages", greatest(c.reltuples, 0)::float8 AS "rows",
       fn.nspname::text AS "referencedSchema", f.relname::text AS "referencedTable",
       (SELECT pg_catalog.jsonb_agg(a.attname ORDER BY o.place)
          FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS o(attnum, place)
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = o.attnum) AS "columns",
       (SELECT coalesce(pg_catalog.jsonb_agg(x.relname), '[]')
          FROM pg_catalog.pg_index AS i
          JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
         WHERE i.indrelid = k.conrelid) AS "taken"
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_index AS i
    WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
      AND (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey)
ORDER BY c.relpages DESC, n.nspname, c.relname, k.conname
LIMIT $1
