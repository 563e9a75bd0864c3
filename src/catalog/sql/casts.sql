-- Casts between types; those that came with the server are left out.
SELECT
  c.oid AS _id,
  'cast' AS _kind,
  format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) AS _label,
  CASE c.castmethod WHEN 'i' THEN 'inout' WHEN 'b' THEN 'binary' ELSE c.castfunc::regprocedure::text END AS method,
  CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END AS context
FROM pg_cast c
WHERE c.oid >= 16384
  -- The one that leads from a range to its multirange comes with the type.
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 2605 AND d.objid = c.oid AND d.deptype = 'i')
