-- Extended statistics objects.
SELECT
  s.oid AS _id,
  'statistics' AS _kind,
  n.nspname AS _schema,
  s.stxname AS _name,
  pg_get_userbyid(s.stxowner) AS _owner,
  pg_get_statisticsobjdef(s.oid) AS definition,
  nullif(s.stxstattarget, -1)::text AS target
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
