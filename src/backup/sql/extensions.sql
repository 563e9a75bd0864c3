-- The extensions that a restore must find, plpgsql aside, which every database has.
SELECT extname AS name, extversion AS version
FROM pg_catalog.pg_extension
WHERE extname <> 'plpgsql'
ORDER BY extname;
