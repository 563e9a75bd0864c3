-- Those of the settings that this role may not write (15 and newer).
SELECT n.name FROM pg_catalog.unnest($1::text::text[]) AS n (name)
WHERE NOT pg_catalog.has_parameter_privilege(n.name, 'ALTER SYSTEM')
