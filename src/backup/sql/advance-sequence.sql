-- Puts a sequence behind the greatest number in its column, never back. $1 is the sequence.
SELECT pg_catalog.setval($1::pg_catalog.regclass, f.greatest) AS "value"
FROM (SELECT pg_catalog.max(:"column")::bigint AS greatest FROM :"table") AS f, :"sequence" AS s
WHERE f.greatest > s.last_value OR (f.greatest = s.last_value AND NOT s.is_called);
