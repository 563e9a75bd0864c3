-- The roles that this database needs: whoever owns something, is granted something or is named by a policy. What the
-- first superuser owns is recorded nowhere and is looked for by itself. What an extension brings comes with it again, and
-- belongs to whoever restores; indexes and types of arrays go with what they are of.
WITH members AS MATERIALIZED (
  SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
), owned (class, id, owner) AS (
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relowner
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind <> 'i' AND n.nspname !~ '^pg_(toast|temp_)'
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, proowner FROM pg_catalog.pg_proc
  UNION ALL
  SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, nspowner
  FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast|temp_)'
  UNION ALL
  SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typowner
  FROM pg_catalog.pg_type WHERE typcategory <> 'A'
), needed (id) AS (
  SELECT d.refobjid FROM pg_catalog.pg_shdepend AS d
  WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
    AND d.dbid = (SELECT b.oid FROM pg_catalog.pg_database AS b WHERE b.datname = pg_catalog.current_database())
    AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND NOT (d.deptype = 'o' AND (d.classid, d.objid) IN (SELECT m.classid, m.objid FROM members AS m))
  UNION
  SELECT o.owner FROM owned AS o
  WHERE o.id >= 16384 AND (o.class, o.id) NOT IN (SELECT m.classid, m.objid FROM members AS m)
)
SELECT r.rolname AS name
FROM pg_catalog.pg_roles AS r
WHERE r.rolname !~ '^pg_' AND r.oid IN (SELECT id FROM needed)
ORDER BY r.rolname;
