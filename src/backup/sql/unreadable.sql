-- What pg_dump would stumble over: tables, sequences and large objects that the role may not read, or not wholly.
WITH relations AS (
  SELECT c.oid, c.relkind, n.nspname, c.relname, n.oid AS schema
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend AS d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT CASE WHEN relkind = 'S' THEN 'sequence' ELSE 'table' END AS kind,
       pg_catalog.format('%I.%I', nspname, relname) AS name,
       CASE WHEN NOT pg_catalog.has_schema_privilege(schema, 'USAGE') THEN 'no USAGE on its schema'
            WHEN NOT pg_catalog.has_table_privilege(oid, 'SELECT') THEN 'no SELECT'
            ELSE 'row security hides rows' END AS reason
FROM relations
WHERE NOT pg_catalog.has_schema_privilege(schema, 'USAGE')
   OR NOT pg_catalog.has_table_privilege(oid, 'SELECT')
   OR (relkind <> 'S' AND pg_catalog.row_security_active(oid))
UNION ALL
SELECT 'large object', l.oid::text, 'no SELECT'
FROM pg_catalog.pg_largeobject_metadata AS l
WHERE NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
  AND NOT pg_catalog.pg_has_role(l.lomowner, 'USAGE')
  AND NOT EXISTS (
    SELECT FROM pg_catalog.aclexplode(l.lomacl) AS a
    WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
ORDER BY 1 DESC, 2
LIMIT 1000;
