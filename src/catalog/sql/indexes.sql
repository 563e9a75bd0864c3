-- Indexes, those that a constraint made excepted.
SELECT
  i.indexrelid AS _id,
  'index' AS _kind,
  n.nspname AS _schema,
  x.relname AS _name,
  c.relname AS "table",
  pg_get_indexdef(i.indexrelid) AS _def,
  array_to_string(x.reloptions, chr(31)) AS _options,
  i.indisunique AS "unique",
  am.amname AS method,
  i.is_strict AS "nulls not distinct",
  quote_ident(ts.spcname) AS tablespace,
  NOT i.indisvalid AS invalid,
  CASE WHEN x.relispartition THEN h.inhparent::regclass::text END AS "attached to",
  stats.list AS statistics
FROM (SELECT false AS indnullsnotdistinct) AS absent
CROSS JOIN LATERAL (SELECT k.*, indnullsnotdistinct AS is_strict FROM pg_index k) i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am am ON am.oid = x.relam
LEFT JOIN pg_tablespace ts ON ts.oid = x.reltablespace
LEFT JOIN pg_inherits h ON h.inhrelid = x.oid
LEFT JOIN (
  SELECT a.attrelid, string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum) AS list
  FROM pg_attribute a
  WHERE a.attstattarget >= 0
  GROUP BY a.attrelid
) stats ON stats.attrelid = x.oid
WHERE n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
