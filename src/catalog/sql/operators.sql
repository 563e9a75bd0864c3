-- Operators.
SELECT
  o.oid AS _id,
  'operator' AS _kind,
  n.nspname AS _schema,
  o.oprname AS _operator,
  CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', ' || format_type(o.oprright, NULL) AS _args,
  pg_get_userbyid(o.oprowner) AS _owner,
  CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END AS "left",
  format_type(o.oprright, NULL) AS "right",
  CASE WHEN o.oprcode <> 0 THEN o.oprcode::regproc::text END AS function,
  com.name AS commutator,
  neg.name AS negator,
  CASE WHEN o.oprrest <> 0 THEN o.oprrest::regproc::text END AS restrict,
  CASE WHEN o.oprjoin <> 0 THEN o.oprjoin::regproc::text END AS "join",
  o.oprcanhash AS hashes,
  o.oprcanmerge AS merges
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
LEFT JOIN LATERAL (SELECT format('OPERATOR(%I.%s)', sn.nspname, so.oprname) AS name FROM pg_operator so JOIN pg_namespace sn ON sn.oid = so.oprnamespace WHERE so.oid = o.oprcom) com ON true
LEFT JOIN LATERAL (SELECT format('OPERATOR(%I.%s)', sn.nspname, so.oprname) AS name FROM pg_operator so JOIN pg_namespace sn ON sn.oid = so.oprnamespace WHERE so.oid = o.oprnegate) neg ON true
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND o.oprcode <> 0
