-- Sequences, those of identity columns too. What they have counted is data.
SELECT
  c.oid AS _id,
  'sequence' AS _kind,
  n.nspname AS _schema,
  c.relname AS _name,
  pg_get_userbyid(c.relowner) AS _owner,
  nullif(format_type(s.seqtypid, NULL), 'bigint') AS type,
  s.seqstart::text AS start,
  s.seqincrement::text AS increment,
  s.seqmin::text AS "min value",
  s.seqmax::text AS "max value",
  s.seqcache::text AS cache,
  s.seqcycle AS cycle,
  CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
  CASE d.deptype WHEN 'a' THEN format('%s.%I', d.refobjid::regclass, a.attname) END AS "owned by",
  CASE d.deptype WHEN 'i' THEN format('%s.%I', d.refobjid::regclass, a.attname) END AS "identity of",
  d.refobjid AS "_tableId",
  d.refobjsubid AS "_columnSub"
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d ON d.classid = 1259 AND d.objid = c.oid AND d.refclassid = 1259 AND d.deptype IN ('a', 'i')
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
