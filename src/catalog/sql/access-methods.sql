-- Access methods; those that came with the server are left out.
SELECT
  a.oid AS _id,
  'access method' AS _kind,
  a.amname AS _name,
  CASE a.amtype WHEN 'i' THEN 'index' WHEN 't' THEN 'table' END AS type,
  a.amhandler::regproc::text AS handler
FROM pg_am a
WHERE a.oid >= 16384
