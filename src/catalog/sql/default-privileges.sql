-- Default privileges: what is granted on objects that a role will make, and what is withheld.
SELECT
  d.oid AS _id,
  'default privileges' AS _kind,
  concat_ws(' ', 'FOR ROLE ' || quote_ident(pg_get_userbyid(d.defaclrole)), 'IN SCHEMA ' || quote_ident(n.nspname),
    CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END) AS _label,
  pg_get_userbyid(d.defaclrole) AS _role,
  quote_ident(n.nspname) AS schema,
  CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END AS "on"
FROM pg_default_acl d
LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
