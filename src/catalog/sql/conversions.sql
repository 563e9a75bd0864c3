-- Conversions between encodings.
SELECT
  c.oid AS _id,
  'conversion' AS _kind,
  n.nspname AS _schema,
  c.conname AS _name,
  pg_get_userbyid(c.conowner) AS _owner,
  pg_encoding_to_char(c.conforencoding) AS "from",
  pg_encoding_to_char(c.contoencoding) AS "to",
  c.conproc::regproc::text AS function,
  c.condefault AS "default"
FROM pg_conversion c
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
