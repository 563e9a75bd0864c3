-- Every setting that is a number or a switch.
SELECT s.name, s.setting, s.unit, s.vartype, s.short_desc AS "summary"
FROM pg_catalog.pg_settings AS s
WHERE s.vartype IN ('bool', 'integer', 'real')
ORDER BY s.name
