-- Indexes that begin with the same column as another one on their table: candidates for having a double.
SELECT f."oid", f."tableOid", f."pages", f."method", f."keyCount", f."columns", f."classes", f."collations", f."options",
       pg_catalog.pg_get_expr(f.indexprs, f.indrelid) AS "expressions",
       pg_catalog.pg_get_expr(f.indpred, f.indrelid) AS "predicate",
       f."isUnique", f."isNeeded", f."scans"
FROM (
  SELECT i.indexrelid::text AS "oid", i.indrelid::text AS "tableOid", x.relpages::float8 AS "pages", m.amname::text AS "method",
         i.indnkeyatts::int AS "keyCount", i.indkey::text AS "columns", i.indclass::text AS "classes",
         i.indcollation::text AS "collations", i.indoption::text AS "options", i.indexprs, i.indpred, i.indrelid,
         i.indisunique AS "isUnique",
         i.indisprimary OR i.indisexclusion OR i.indisreplident OR i.indisclustered
           OR EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.indexrelid) AS "isNeeded",
         pg_catalog.pg_stat_get_numscans(i.indexrelid)::float8 AS "scans",
         count(*) OVER (PARTITION BY i.indrelid, (i.indkey::int2[])[0]) AS "alike"
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
  WHERE x.relkind = 'i' AND NOT x.relispartition AND i.indisvalid
    AND x.relnamespace NOT IN (SELECT n.oid FROM pg_catalog.pg_namespace AS n
                                WHERE n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') OR n.nspname LIKE 'pg\_%temp\_%')
) AS f
WHERE f."alike" > 1 AND f.indrelid <> ALL ($1::text::oid[])
