-- The first time of each period that has rows in the default partition, in one scan; infinite ones belong nowhere else. $1 is
-- the length of a period, $2 the zone whose midnights begin it. A date is at home in every zone.
SELECT min(:"column")
FROM ONLY :"table"
WHERE :"column" > '-infinity' AND :"column" < 'infinity'
GROUP BY CASE pg_catalog.pg_typeof(:"column") WHEN 'date'::pg_catalog.regtype
  THEN pg_catalog.date_trunc($1, :"column"::timestamp)
  ELSE pg_catalog.date_trunc($1, :"column"::timestamptz AT TIME ZONE $2) END
