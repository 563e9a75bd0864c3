-- What users made and no query of this room describes: objects put among the system's own, and rows of catalogs that are not known here.
SELECT 'function in ' || n.nspname AS kind, p.oid::regprocedure::text AS name
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid >= 16384 AND n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 1255 AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'relation in ' || n.nspname, c.relname
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND (n.nspname IN ('pg_catalog', 'information_schema') OR c.relkind NOT IN ('r', 'p', 'f', 'v', 'm', 'c', 'i', 'I', 'S', 't'))
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 1259 AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'type in ' || n.nspname, t.typname
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid >= 16384 AND n.nspname IN ('pg_catalog', 'information_schema') AND t.typrelid = 0 AND t.typelem = 0
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 1247 AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT 'operator in ' || n.nspname, o.oprname
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384 AND n.nspname IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 2617 AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'row of ' || unknown.relname, ''
FROM (
  SELECT c.relname
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid' AND a.atttypid = 26
  WHERE c.relnamespace = 11
    AND c.relkind = 'r'
    AND NOT c.relisshared
    AND c.relname NOT IN (
      'pg_proc', 'pg_class', 'pg_type', 'pg_attrdef', 'pg_constraint', 'pg_operator', 'pg_opfamily', 'pg_opclass', 'pg_am', 'pg_amop', 'pg_amproc',
      'pg_language', 'pg_statistic_ext', 'pg_rewrite', 'pg_trigger', 'pg_event_trigger', 'pg_cast', 'pg_enum', 'pg_namespace', 'pg_conversion',
      'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template', 'pg_extension', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_user_mapping',
      'pg_policy', 'pg_default_acl', 'pg_transform', 'pg_collation', 'pg_publication', 'pg_publication_rel', 'pg_publication_namespace', 'pg_largeobject_metadata'
    )
  OFFSET 0 -- first the catalogs, then their rows: not every catalog has an oid
) unknown
WHERE query_to_xml(format('SELECT count(*) FROM pg_catalog.%I WHERE oid >= 16384', unknown.relname), false, true, '')::text !~ '<count>0</count>'
