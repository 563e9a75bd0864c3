-- Scratch databases of ours to which nobody is connected.
SELECT d.datname AS name
FROM pg_catalog.pg_database d
WHERE pg_catalog.starts_with(d.datname, 'veza_drift_')
  AND pg_catalog.pg_get_userbyid(d.datdba) = current_user
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datname = d.datname)
