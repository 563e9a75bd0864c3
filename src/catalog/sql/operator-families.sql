-- Operator families, with the members that no class of theirs needs.
SELECT
  f.oid AS _id,
  'operator family' AS _kind,
  n.nspname AS _schema,
  f.opfname AS _name,
  am.amname AS _using,
  pg_get_userbyid(f.opfowner) AS _owner,
  am.amname AS method,
  (SELECT string_agg(m.text, E',\n  ' ORDER BY m.text) FROM (
    SELECT format('OPERATOR %s %s', a.amopstrategy, a.amopopr::regoperator)
      || CASE WHEN a.amopsortfamily <> 0 THEN (SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily) ELSE '' END AS text
    FROM pg_amop a
    JOIN pg_depend d ON d.classid = 2602 AND d.objid = a.oid AND d.refclassid = 2753 AND d.refobjid = f.oid
    WHERE a.amopfamily = f.oid
    UNION ALL
    SELECT format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL), format_type(a.amprocrighttype, NULL), a.amproc::regprocedure)
    FROM pg_amproc a
    JOIN pg_depend d ON d.classid = 2603 AND d.objid = a.oid AND d.refclassid = 2753 AND d.refobjid = f.oid
    WHERE a.amprocfamily = f.oid
  ) m) AS members
FROM pg_opfamily f
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am am ON am.oid = f.opfmethod
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
