-- What belongs to a database and is not inside it. Columns that only later versions have are read by name.
SELECT pg_catalog.jsonb_build_object(
         'owner', pg_catalog.pg_get_userbyid(d.datdba),
         'encoding', pg_catalog.pg_encoding_to_char(d.encoding),
         'collate', d.datcollate,
         'ctype', d.datctype,
         'provider', j.facts ->> 'datlocprovider',
         'locale', coalesce(j.facts ->> 'datlocale', j.facts ->> 'daticulocale'),
         'icuRules', j.facts ->> 'daticurules',
         'connectionLimit', d.datconnlimit,
         'isTemplate', d.datistemplate,
         'tablespace', t.spcname,
         'comment', pg_catalog.shobj_description(d.oid, 'pg_database'),
         'labels', coalesce((
           SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('provider', l.provider, 'label', l.label) ORDER BY l.provider)
           FROM pg_catalog.pg_shseclabel AS l
           WHERE l.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass AND l.objoid = d.oid), '[]'),
         'privileges', CASE WHEN d.datacl IS NOT NULL THEN coalesce((
           SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                    'grantee', CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END,
                    'privilege', a.privilege_type,
                    'grantable', a.is_grantable) ORDER BY a.grantee, a.privilege_type)
           FROM pg_catalog.aclexplode(d.datacl) AS a), '[]') END,
         'settings', coalesce((
           SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                    'role', CASE WHEN s.setrole <> 0 THEN pg_catalog.pg_get_userbyid(s.setrole) END,
                    'name', pg_catalog.split_part(c.setting, '=', 1),
                    'value', pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1))
                    ORDER BY s.setrole, c.setting)
           FROM pg_catalog.pg_db_role_setting AS s, pg_catalog.unnest(s.setconfig) AS c (setting)
           WHERE s.setdatabase = d.oid), '[]')) AS properties
FROM pg_catalog.pg_database AS d
JOIN pg_catalog.pg_tablespace AS t ON t.oid = d.dattablespace
CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(d) AS facts) AS j
WHERE d.datname = $1;
