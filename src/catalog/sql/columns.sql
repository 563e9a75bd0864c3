-- Columns of tables and views, attributes of composite types. What is as the type has it stays NULL.
SELECT
  a.attrelid AS _id,
  a.attnum AS _sub,
  CASE c.relkind WHEN 'c' THEN 'attribute' ELSE 'column' END AS _kind,
  n.nspname AS _schema,
  c.relname AS _of,
  a.attname AS _name,
  array_to_string(a.attoptions, chr(31)) AS _options,
  array_to_string(a.attfdwoptions, chr(31)) AS _foreign,
  format_type(a.atttypid, a.atttypmod) AS type,
  a.attnotnull AS "not null",
  CASE WHEN co.collname IS NOT NULL THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END AS collation,
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
  CASE a.attgenerated WHEN '' THEN NULL ELSE pg_get_expr(d.adbin, d.adrelid) END AS generated,
  CASE a.attgenerated WHEN 'v' THEN 'virtual' WHEN 's' THEN 'stored' END AS "generated kind",
  CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
  CASE WHEN a.attstorage <> t.typstorage AND c.relkind <> 'v' THEN
    CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END
  END AS storage,
  CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
  nullif(a.attstattarget, -1) AS statistics,
  NOT a.attislocal AS inherited
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
WHERE a.attnum > 0
  AND NOT a.attisdropped
  AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
  AND n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
ORDER BY a.attrelid, a.attnum
