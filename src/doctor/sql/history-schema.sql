-- Whether the schema of the history table is there, and whether a table may be created in it.
SELECT pg_catalog.has_schema_privilege(n.oid, 'CREATE') AS "mayCreate"
FROM pg_catalog.pg_namespace AS n
WHERE n.nspname = $1
