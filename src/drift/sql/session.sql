-- What the live session brings along, and the roles that are known there.
SELECT
  current_setting('search_path') AS "searchPath",
  session_user::text AS "user",
  (SELECT pg_catalog.pg_get_userbyid(d.datdba) FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) AS owner,
  (SELECT coalesce(string_agg(r.rolname, E'\x1f' ORDER BY r.rolname), '') FROM pg_catalog.pg_roles r WHERE r.rolname NOT LIKE 'pg\_%') AS roles
