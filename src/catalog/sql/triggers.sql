-- Triggers; until 14 those of partitions are internal, as those of keys are. One that a partition has from its parent is told only where it is not enabled as the parent's is.
SELECT
  g.oid AS _id,
  'trigger' AS _kind,
  n.nspname AS _schema,
  c.relname AS _of,
  g.tgname AS _name,
  CASE WHEN g.tgparentid = 0 THEN pg_get_triggerdef(g.oid) END AS definition,
  CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' WHEN 'O' THEN CASE WHEN g.tgparentid <> 0 THEN 'origin' END END AS enabled,
  g.tgparentid <> 0 AS inherited
FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_trigger p ON p.oid = g.tgparentid
LEFT JOIN pg_constraint k ON k.oid = g.tgconstraint
WHERE (NOT g.tgisinternal OR g.tgparentid <> 0 AND (k.oid IS NULL OR k.contype = 't'))
  AND n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
  AND (g.tgparentid = 0 OR g.tgenabled <> p.tgenabled)
