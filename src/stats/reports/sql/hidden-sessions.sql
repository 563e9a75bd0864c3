-- Sessions whose state this role may not see.
SELECT count(*)::int AS "hidden"
FROM pg_catalog.pg_stat_activity AS a
WHERE a.query = '<insufficient privilege>' AND a.datid IS NOT NULL
