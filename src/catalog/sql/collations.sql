-- Collations of users.
SELECT
  c.oid AS _id,
  'collation' AS _kind,
  n.nspname AS _schema,
  c.collname AS _name,
  pg_get_userbyid(c.collowner) AS _owner,
  CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' END AS provider,
  NOT c.collisdeterministic AS nondeterministic,
  coalesce(c.locale15, c.locale17) AS locale,
  CASE WHEN c.collcollate IS NOT NULL AND coalesce(c.locale15, c.locale17) IS NULL THEN c.collcollate END AS "lc collate",
  CASE WHEN c.collctype IS NOT NULL AND coalesce(c.locale15, c.locale17) IS NULL THEN c.collctype END AS "lc ctype",
  c.rules AS rules
FROM (SELECT NULL::text AS colliculocale, NULL::text AS colllocale, NULL::text AS collicurules) AS absent
CROSS JOIN LATERAL (SELECT k.*, colliculocale::text AS locale15, colllocale::text AS locale17, collicurules::text AS rules FROM pg_collation k) c
JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
