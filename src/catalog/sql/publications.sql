-- Publications.
SELECT
  p.oid AS _id,
  'publication' AS _kind,
  p.pubname AS _name,
  pg_get_userbyid(p.pubowner) AS _owner,
  p.puballtables AS "all tables",
  concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
  p.pubviaroot AS "via partition root",
  CASE p.generated WHEN 's' THEN 'stored' END AS "generated columns"
FROM (SELECT 'n' AS pubgencols) AS absent
CROSS JOIN LATERAL (SELECT k.*, pubgencols::text AS generated FROM pg_publication k) p
