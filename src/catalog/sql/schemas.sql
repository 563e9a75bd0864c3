-- Schemas of users, public among them.
SELECT
  n.oid AS _id,
  'schema' AS _kind,
  n.nspname AS _name,
  -- As every new database has it: owned by pg_database_owner, before 15 by the first superuser.
  CASE
    WHEN n.nspname <> 'public' OR pg_get_userbyid(n.nspowner) <> 'pg_database_owner'
      AND NOT (n.nspowner = 10 AND current_setting('server_version_num')::int4 < 150000)
    THEN pg_get_userbyid(n.nspowner)
  END AS _owner
FROM pg_namespace n
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
