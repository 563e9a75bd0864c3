-- Both sides in one snapshot: how many rows, and the sum of their hashes.
SELECT
  (SELECT pg_catalog.concat(count(*), ' ', coalesce(sum(pg_catalog.hashtextextended(ROW(:"columns")::text, 0)::numeric), 0)) FROM :"source") AS "source",
  (SELECT pg_catalog.concat(count(*), ' ', coalesce(sum(pg_catalog.hashtextextended(ROW(:"columns")::text, 0)::numeric), 0)) FROM :"copy") AS "copy"
