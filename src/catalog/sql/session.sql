-- Which database this is, and what the reading role may see.
SELECT
  current_database() AS database,
  pg_get_userbyid(d.datdba) AS owner,
  d.oid AS id,
  current_setting('server_version_num')::int4 AS version,
  current_setting('is_superuser') = 'on' AS "isSuperuser",
  session_user::text AS "user"
FROM pg_database d
WHERE d.datname = current_database()
