-- Constraints of tables and domains. A foreign key that a partition has from its parent is the parent's.
SELECT
  con.oid AS _id,
  CASE con.contype WHEN 'n' THEN 'not null constraint' ELSE 'constraint' END AS _kind,
  n.nspname AS _schema,
  coalesce(c.relname, t.typname) AS _of,
  CASE con.contype WHEN 'n' THEN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = con.conrelid AND a.attnum = con.conkey[1]) ELSE con.conname END AS _name,
  CASE WHEN con.contype <> 'n' THEN pg_get_constraintdef(con.oid) END AS _def,
  CASE con.contype
    WHEN 'p' THEN 'primary key'
    WHEN 'u' THEN 'unique'
    WHEN 'x' THEN 'exclude'
    WHEN 'c' THEN 'check'
    WHEN 'f' THEN 'foreign key'
    WHEN 'n' THEN 'not null'
  END AS type,
  con.contypid <> 0 AS "_ofDomain",
  con.condeferrable AS deferrable,
  con.condeferred AS "initially deferred",
  NOT con.convalidated AND con.is_enforced AS "not valid",
  con.connoinherit AND con.contype IN ('c', 'n') AND c.relkind IS DISTINCT FROM 'p' AS "no inherit",
  NOT con.is_enforced AS "not enforced",
  CASE WHEN con.contype = 'f' THEN CASE con.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' END END AS match,
  CASE WHEN con.contype = 'f' THEN
    CASE con.confupdtype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END
  END AS "on update",
  CASE WHEN con.contype = 'f' THEN
    CASE con.confdeltype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END
  END AS "on delete",
  CASE WHEN con.contype = 'f' THEN (
    SELECT string_agg(DISTINCT CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END || ' on ' || g.tgrelid::regclass, ', ')
    FROM pg_trigger g
    WHERE g.tgconstraint = con.oid AND g.tgisinternal
  ) END AS triggers,
  CASE WHEN con.contype IN ('c', 'n') THEN con.coninhcount > 0 AND NOT con.conislocal END AS inherited,
  array_to_string(x.reloptions, chr(31)) AS "_indexOptions",
  quote_ident(ts.spcname) AS "index tablespace",
  CASE WHEN con.contype IN ('p', 'u', 'x') THEN NOT i.indisvalid END AS invalid,
  con.conindid AS "_index",
  pi.inhparent::regclass::text AS "index attached to"
FROM (SELECT true AS conenforced) AS absent
CROSS JOIN LATERAL (SELECT k.*, conenforced AS is_enforced FROM pg_constraint k) con
JOIN pg_namespace n ON n.oid = con.connamespace
LEFT JOIN pg_class c ON c.oid = con.conrelid
LEFT JOIN pg_type t ON t.oid = con.contypid
LEFT JOIN pg_class x ON x.oid = con.conindid AND con.contype IN ('p', 'u', 'x')
LEFT JOIN pg_index i ON i.indexrelid = x.oid
LEFT JOIN pg_tablespace ts ON ts.oid = x.reltablespace
LEFT JOIN pg_inherits pi ON pi.inhrelid = x.oid
WHERE n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
  AND con.contype <> 't'
  AND NOT (con.contype = 'f' AND con.conparentid <> 0)
  AND NOT (con.contype = 'n' AND con.convalidated AND NOT con.connoinherit)
