-- Tables, partitioned and foreign ones too, views and materialised views.
SELECT
  c.oid AS _id,
  CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS _kind,
  n.nspname AS _schema,
  c.relname AS _name,
  pg_get_userbyid(c.relowner) AS _owner,
  array_to_string(c.reloptions, chr(31)) AS _options,
  array_to_string(toast.reloptions, chr(31)) AS "_toastOptions",
  array_to_string(ft.ftoptions, chr(31)) AS _foreign,
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS query,
  CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
  quote_ident(nullif(am.amname, 'heap')) AS "access method",
  quote_ident(ts.spcname) AS tablespace,
  CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS "partition key",
  CASE WHEN c.relispartition THEN parents.list END AS "partition of",
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS bound,
  CASE WHEN NOT c.relispartition THEN parents.list END AS inherits,
  CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS "of type",
  c.relrowsecurity AS "row security",
  c.relforcerowsecurity AS "force row security",
  CASE CASE WHEN c.relkind IN ('r', 'p') THEN c.relreplident END WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index ' || coalesce(ident.relname, '') END AS "replica identity",
  clustered.relname AS "clustered on",
  quote_ident(fs.srvname) AS server,
  c.relkind = 'm' AND NOT c.relispopulated AS unpopulated
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
LEFT JOIN pg_foreign_table ft ON ft.ftrelid = c.oid
LEFT JOIN pg_foreign_server fs ON fs.oid = ft.ftserver
LEFT JOIN (
  SELECT h.inhrelid, string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno) AS list
  FROM pg_inherits h
  GROUP BY h.inhrelid
) parents ON parents.inhrelid = c.oid
LEFT JOIN (
  SELECT i.indrelid, x.relname
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  WHERE i.indisreplident
) ident ON ident.indrelid = c.oid
LEFT JOIN (
  SELECT i.indrelid, x.relname
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  WHERE i.indisclustered
) clustered ON clustered.indrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
