-- Languages; those that came with the server are left out.
SELECT
  l.oid AS _id,
  'language' AS _kind,
  l.lanname AS _name,
  pg_get_userbyid(l.lanowner) AS _owner,
  l.lanpltrusted AS trusted,
  CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::regproc::text END AS handler,
  CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END AS inline,
  CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END AS validator
FROM pg_language l
WHERE l.oid >= 16384
