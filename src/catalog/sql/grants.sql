-- Privileges that were granted or withdrawn, and beside them those that the object would have had by itself. Who granted them is left out. An
-- owner may always grant; where the catalog spells it out, as GRANT … WITH GRANT OPTION to the owner does, it is told, as pg_dump does.
WITH holders(class, id, sub, type, owner, acl) AS (
  SELECT 1259, c.oid, 0, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner, c.relacl FROM pg_class c WHERE c.relacl IS NOT NULL
  UNION ALL SELECT 1259, a.attrelid, a.attnum, 'c', c.relowner, a.attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL SELECT 1255, p.oid, 0, 'f', p.proowner, p.proacl FROM pg_proc p WHERE p.proacl IS NOT NULL
  UNION ALL SELECT 1247, t.oid, 0, 'T', t.typowner, t.typacl FROM pg_type t WHERE t.typacl IS NOT NULL
  UNION ALL SELECT 2615, n.oid, 0, 'n', n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)) FROM pg_namespace n WHERE n.nspacl IS NOT NULL OR n.nspname = 'public'
  UNION ALL SELECT 2612, l.oid, 0, 'l', l.lanowner, l.lanacl FROM pg_language l WHERE l.lanacl IS NOT NULL
  UNION ALL SELECT 2328, w.oid, 0, 'F', w.fdwowner, w.fdwacl FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
  UNION ALL SELECT 1417, s.oid, 0, 'S', s.srvowner, s.srvacl FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL
  UNION ALL SELECT 1262, b.oid, 0, 'd', b.datdba, b.datacl FROM pg_database b WHERE b.datacl IS NOT NULL AND b.datname = current_database()
  UNION ALL SELECT 826, d.oid, 0, CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole, d.defaclacl FROM pg_default_acl d
),
changed AS (
  SELECT h.*, coalesce(public.usual, i.initprivs) AS initprivs
  FROM holders h
  -- A schema "public" that was made anew is held against the one that every new database has; initdb keeps no note of "information_schema".
  LEFT JOIN LATERAL (
    SELECT acldefault('n', h.owner) || makeaclitem(0, h.owner, 'USAGE', false)
      || CASE WHEN n.nspname = 'public' AND current_setting('server_version_num')::int4 < 150000 THEN ARRAY[makeaclitem(0, h.owner, 'CREATE', false)] ELSE '{}'::aclitem[] END AS usual
    FROM pg_namespace n
    WHERE h.class = 2615 AND n.oid = h.id AND n.nspname IN ('public', 'information_schema')
  ) public ON true
  LEFT JOIN pg_init_privs i ON i.classoid = h.class AND i.objoid = h.id AND i.objsubid = h.sub
  WHERE i.initprivs IS NULL AND (h.id >= 16384 OR h.sub <> 0 OR h.class IN (1262, 2612, 1255, 2615))
    OR i.initprivs IS NOT NULL AND h.acl IS DISTINCT FROM i.initprivs
)
SELECT
  c.class, c.id, c.sub, c.type::text AS type,
  -- What came with the server or with an extension is told by what the server calls it.
  x.extname AS extension,
  CASE WHEN c.type = 'c' THEN pg_get_userbyid(c.owner) END AS owner,
  -- So are the columns that every table has (tableoid, xmin and the like).
  CASE WHEN c.id < 16384 OR c.sub < 0 OR x.extname IS NOT NULL THEN (SELECT o.type || ' ' || o.identity FROM pg_identify_object(c.class::oid, c.id, c.sub) o) END AS name,
  CASE e.grantee WHEN 0 THEN 'PUBLIC' WHEN c.owner THEN '(owner)' ELSE quote_ident(pg_get_userbyid(e.grantee)) END AS grantee,
  e.is_default AS "isDefault",
  string_agg(e.privilege || CASE WHEN e.is_grantable THEN '*' ELSE '' END, ', ' ORDER BY e.privilege) AS privileges
FROM changed c
LEFT JOIN pg_depend d ON d.classid = c.class::oid AND d.objid = c.id AND d.objsubid = 0 AND d.refclassid = 3079 AND d.deptype = 'e'
LEFT JOIN pg_extension x ON x.oid = d.refobjid
CROSS JOIN LATERAL (
  SELECT g.grantee, false AS is_default, g.privilege_type AS privilege, bool_or(g.is_grantable) AS is_grantable
  FROM aclexplode(c.acl) g
  GROUP BY g.grantee, g.privilege_type
  UNION ALL
  SELECT g.grantee, true, g.privilege_type, bool_or(g.is_grantable)
  FROM aclexplode(CASE WHEN c.class = 826 AND (SELECT d.defaclnamespace <> 0 FROM pg_default_acl d WHERE d.oid = c.id) THEN NULL WHEN c.initprivs IS NOT NULL THEN c.initprivs WHEN c.type = 'c' THEN NULL ELSE acldefault(c.type, c.owner) END) g
  GROUP BY g.grantee, g.privilege_type
) e
GROUP BY c.class, c.id, c.sub, c.type, c.owner, x.extname, e.grantee, e.is_default
