-- Enums, domains, composite types, ranges, base types and shells.
SELECT
  t.oid AS _id,
  CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'range' ELSE 'base type' END AS _kind,
  n.nspname AS _schema,
  t.typname AS _name,
  pg_get_userbyid(t.typowner) AS _owner,
  t.typrelid AS "_relationId",
  CASE t.typtype WHEN 'e' THEN (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END AS labels,
  CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS type,
  CASE t.typtype WHEN 'd' THEN t.typnotnull END AS "not null",
  CASE WHEN t.typtype = 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) ELSE t.typdefault END AS "default",
  CASE WHEN t.typtype = 'd' AND t.typcollation <> base.typcollation THEN t.typcollation::regcollation::text END AS collation,
  format_type(r.rngsubtype, NULL) AS subtype,
  CASE WHEN NOT oc.opcdefault THEN quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname) END AS "subtype operator class",
  CASE WHEN r.rngcollation <> sub.typcollation THEN r.rngcollation::regcollation::text END AS "subtype collation",
  CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::regproc::text END AS canonical,
  CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::regproc::text END AS "subtype diff",
  r.rngmultitypid::regtype::text AS "multirange type",
  CASE WHEN t.typtype = 'b' THEN t.typinput::regproc::text END AS input,
  CASE WHEN t.typtype = 'b' THEN t.typoutput::regproc::text END AS output,
  CASE WHEN t.typtype = 'b' AND t.typreceive <> 0 THEN t.typreceive::regproc::text END AS receive,
  CASE WHEN t.typtype = 'b' AND t.typsend <> 0 THEN t.typsend::regproc::text END AS send,
  CASE WHEN t.typtype = 'b' AND t.typmodin <> 0 THEN t.typmodin::regproc::text END AS "typmod in",
  CASE WHEN t.typtype = 'b' AND t.typmodout <> 0 THEN t.typmodout::regproc::text END AS "typmod out",
  CASE WHEN t.typtype = 'b' AND t.typanalyze <> 0 THEN t.typanalyze::regproc::text END AS "analyze",
  CASE WHEN t.typtype = 'b' AND t.typsubscript <> 0 THEN t.typsubscript::regproc::text END AS subscript,
  CASE t.typtype WHEN 'b' THEN CASE t.typlen WHEN -1 THEN 'variable' ELSE t.typlen::text END END AS "internal length",
  CASE t.typtype WHEN 'b' THEN t.typbyval END AS "passed by value",
  CASE t.typtype WHEN 'b' THEN CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' END END AS alignment,
  CASE t.typtype WHEN 'b' THEN CASE t.typstorage WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' END END AS storage,
  CASE WHEN t.typtype = 'b' AND t.typcategory <> 'U' THEN t.typcategory::text END AS category,
  CASE t.typtype WHEN 'b' THEN t.typispreferred END AS preferred,
  CASE WHEN t.typtype = 'b' AND t.typelem <> 0 THEN format_type(t.typelem, NULL) END AS element,
  CASE WHEN t.typtype = 'b' AND t.typdelim <> ',' THEN t.typdelim::text END AS delimiter,
  CASE t.typtype WHEN 'b' THEN t.typcollation <> 0 END AS collatable,
  t.typtype = 'p' AS shell
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_type sub ON sub.oid = r.rngsubtype
LEFT JOIN pg_opclass oc ON oc.oid = r.rngsubopc
LEFT JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace
WHERE n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
  AND t.typtype <> 'm'
  AND (t.typrelid = 0 OR c.relkind = 'c')
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
