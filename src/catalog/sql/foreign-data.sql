-- Foreign data wrappers, servers and user mappings.
SELECT
  w.oid AS _id, 'foreign data wrapper' AS _kind, w.fdwname AS _name, NULL AS _label, pg_get_userbyid(w.fdwowner) AS _owner,
  array_to_string(w.fdwoptions, chr(31)) AS _foreign,
  CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END AS handler,
  CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END AS validator,
  NULL AS wrapper, NULL AS type, NULL AS version, NULL AS "user", NULL AS server,
  false AS _hidden
FROM pg_foreign_data_wrapper w
UNION ALL
SELECT
  s.oid, 'server', s.srvname, NULL, pg_get_userbyid(s.srvowner), array_to_string(s.srvoptions, chr(31)),
  NULL, NULL, w.fdwname, s.srvtype, s.srvversion, NULL, NULL, false
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
UNION ALL
SELECT
  m.umid, 'user mapping', NULL, format('FOR %s SERVER %I', CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname), NULL, array_to_string(m.umoptions, chr(31)),
  NULL, NULL, NULL, NULL, NULL, CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname,
  -- As pg_user_mappings has it: who may not see the options is told that there are none.
  NOT (
    m.umuser <> 0 AND m.usename = current_user AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE'))
    OR m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE')
    OR current_setting('is_superuser') = 'on'
  )
FROM pg_user_mappings m
JOIN pg_foreign_server s ON s.oid = m.srvid
