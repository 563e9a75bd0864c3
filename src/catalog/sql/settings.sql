-- Settings of this database, for all roles or for one.
SELECT
  coalesce(r.rolname, '') AS _role,
  'setting' AS _kind,
  split_part(s.setting, '=', 1) AS _setting,
  substr(s.setting, strpos(s.setting, '=') + 1) AS value
FROM pg_db_role_setting d
CROSS JOIN LATERAL unnest(d.setconfig) s(setting)
LEFT JOIN pg_roles r ON r.oid = d.setrole
WHERE d.setdatabase = (SELECT b.oid FROM pg_database b WHERE b.datname = current_database())
