-- Rewrite rules, those that make a view excepted.
SELECT
  r.oid AS _id,
  'rule' AS _kind,
  n.nspname AS _schema,
  c.relname AS _of,
  r.rulename AS _name,
  pg_get_ruledef(r.oid) AS definition,
  CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
