-- Both sides in one snapshot, by the hashes of their rows: how many the one has that the other has not.
WITH new AS (SELECT pg_catalog.hashtextextended(ROW(:"columns")::text, 0) AS hash, count(*) AS n FROM :"table" GROUP BY 1),
old AS (SELECT pg_catalog.hashtextextended(ROW(:"columns")::text, 0) AS hash, count(*) AS n FROM :"old" GROUP BY 1)
SELECT
  coalesce(sum(greatest(coalesce(new.n, 0) - coalesce(old.n, 0), 0)), 0)::float8 AS "lost",
  coalesce(sum(greatest(coalesce(old.n, 0) - coalesce(new.n, 0), 0)), 0)::float8 AS "extra"
FROM new FULL JOIN old USING (hash)
