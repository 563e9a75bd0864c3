-- The roles that this database needs: whoever owns something, is granted something or is named by a policy. What the
-- first superuser owns is recorded nowhere and is looked for by itself.
SELECT r.rolname AS name
FROM pg_catalog.pg_roles AS r
WHERE r.rolname !~ '^pg_'
  AND (EXISTS (
         SELECT FROM pg_catalog.pg_shdepend AS d
         JOIN pg_catalog.pg_database AS b ON b.datname = pg_catalog.current_database()
         WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.refobjid = r.oid AND d.dbid = b.oid)
       OR EXISTS (SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                  WHERE c.relowner = r.oid AND c.oid >= 16384 AND n.nspname !~ '^pg_(toast|temp_)')
       OR EXISTS (SELECT FROM pg_catalog.pg_proc WHERE proowner = r.oid AND oid >= 16384)
       OR EXISTS (SELECT FROM pg_catalog.pg_namespace
                  WHERE nspowner = r.oid AND oid >= 16384 AND nspname !~ '^pg_(toast|temp_)')
       OR EXISTS (SELECT FROM pg_catalog.pg_type WHERE typowner = r.oid AND oid >= 16384))
ORDER BY r.rolname;
