-- Whether a partition is attached to its table, and whether its detaching was begun and not finished.
SELECT
  part.oid IS NOT NULL AS "isThere",
  i.inhrelid IS NOT NULL AS "isAttached",
  coalesce(i.inhdetachpending, false) AS "isPending"
FROM (SELECT pg_catalog.to_regclass($2)::oid AS oid) AS part
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = part.oid AND i.inhparent = pg_catalog.to_regclass($1)
