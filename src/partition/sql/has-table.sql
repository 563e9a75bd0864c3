-- Whether a table of the tool's own is there.
SELECT pg_catalog.to_regclass($1) IS NOT NULL AS "isThere"
