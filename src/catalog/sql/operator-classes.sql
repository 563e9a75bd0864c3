-- Operator classes with their members.
SELECT
  o.oid AS _id,
  'operator class' AS _kind,
  n.nspname AS _schema,
  o.opcname AS _name,
  am.amname AS _using,
  pg_get_userbyid(o.opcowner) AS _owner,
  am.amname AS method,
  o.opcdefault AS "default",
  format_type(o.opcintype, NULL) AS type,
  CASE WHEN o.opckeytype <> 0 THEN format_type(o.opckeytype, NULL) END AS storage,
  (SELECT quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) FROM pg_opfamily f JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE f.oid = o.opcfamily) AS family,
  (SELECT string_agg(m.text, E',\n  ' ORDER BY m.text) FROM (
    SELECT format('OPERATOR %s %s', a.amopstrategy, a.amopopr::regoperator)
      || CASE WHEN a.amopsortfamily <> 0 THEN (SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily) ELSE '' END AS text
    FROM pg_depend d
    JOIN pg_amop a ON a.oid = d.objid
    WHERE d.classid = 2602 AND d.refclassid = 2616 AND d.refobjid = o.oid
    UNION ALL
    SELECT format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL), format_type(a.amprocrighttype, NULL), a.amproc::regprocedure)
    FROM pg_depend d
    JOIN pg_amproc a ON a.oid = d.objid
    WHERE d.classid = 2603 AND d.refclassid = 2616 AND d.refobjid = o.oid
  ) m) AS members
FROM pg_opclass o
JOIN pg_namespace n ON n.oid = o.opcnamespace
JOIN pg_am am ON am.oid = o.opcmethod
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
