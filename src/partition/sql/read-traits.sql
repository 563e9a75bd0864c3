-- What a table has that LIKE does not copy, for a table that is to be as it is. $1 the table; $2 a table whose storage is
-- the model where the first one has none (a partitioned table), or NULL.
SELECT
  n.nspname AS "schema",
  c.relname AS "name",
  pg_catalog.pg_get_userbyid(c.relowner) AS "owner",
  c.relowner <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user) AS "isOthers",
  c.relrowsecurity AS "rowSecurity",
  c.relforcerowsecurity AS "forcesRowSecurity",
  pg_catalog.obj_description(c.oid, 'pg_class') AS "comment",
  -- A partition takes the tablespace of its parent; LIKE does not.
  (SELECT t.spcname FROM pg_catalog.pg_tablespace t WHERE t.oid = CASE WHEN c.relkind = 'p' THEN c.reltablespace ELSE coalesce(m.reltablespace, c.reltablespace) END) AS "tablespace",
  (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = coalesce(nullif(c.relam, 0), m.relam) AND am.amname <> pg_catalog.current_setting('default_table_access_method')) AS "accessMethod",
  coalesce((SELECT pg_catalog.json_agg(o) FROM pg_catalog.unnest(coalesce(m.reloptions, c.reloptions)) AS o), '[]') AS "options",
  CASE WHEN c.relkind = 'p' AND c.relreplident = 'd' AND m.relreplident IN ('f', 'n') THEN m.relreplident ELSE c.relreplident END::text AS "replicaIdentity",
  (SELECT i.indexrelid::int8::float8 FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisreplident) AS "replicaIndex",
  coalesce((
    SELECT pg_catalog.json_agg(g ORDER BY g."grantee")
    FROM (
      SELECT CASE e.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(e.grantee) END AS "grantee", e.is_grantable AS "isGrantable",
        pg_catalog.array_agg(e.privilege_type ORDER BY e.privilege_type) AS "privileges"
      FROM pg_catalog.aclexplode(c.relacl) e
      GROUP BY e.grantee, e.is_grantable
    ) AS g), '[]') AS "grants",
  c.relacl IS NOT NULL AS "hasGrants",
  coalesce((
    SELECT pg_catalog.json_agg(g ORDER BY g."column", g."grantee")
    FROM (
      SELECT a.attname AS "column", CASE e.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(e.grantee) END AS "grantee", e.is_grantable AS "isGrantable",
        pg_catalog.array_agg(e.privilege_type ORDER BY e.privilege_type) AS "privileges"
      FROM pg_catalog.pg_attribute a
      CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) e
      WHERE a.attrelid = c.oid AND NOT a.attisdropped
      GROUP BY a.attname, e.grantee, e.is_grantable
    ) AS g), '[]') AS "columnGrants",
  -- Who would get privileges on any table that we make: default privileges.
  coalesce((
    SELECT pg_catalog.json_agg(DISTINCT CASE e.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(e.grantee) END)
    FROM pg_catalog.pg_default_acl d
    CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) e
    WHERE d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, c.relnamespace)
      AND d.defaclrole = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
      AND e.grantee NOT IN (d.defaclrole, c.relowner)), '[]') AS "byDefault",
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', p.polname,
      'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      'isPermissive', p.polpermissive,
      'roles', (SELECT pg_catalog.json_agg(CASE r WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(r) END) FROM pg_catalog.unnest(p.polroles) AS r),
      'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
      'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) ORDER BY p.polname)
    FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid), '[]') AS "policies",
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object('column', a.attname, 'target', a.attstattarget, 'options', a.attoptions) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (coalesce(a.attstattarget, -1) >= 0 OR a.attoptions IS NOT NULL)), '[]') AS "columnStatistics",
  (SELECT CASE WHEN m.oid IS NULL THEN xc.relname ELSE pc.relname END
    FROM pg_catalog.pg_index x
    JOIN pg_catalog.pg_class xc ON xc.oid = x.indexrelid
    LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = x.indexrelid
    LEFT JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
    WHERE x.indrelid = coalesce(m.oid, c.oid) AND x.indisclustered) AS "clusteredIndex",
  EXISTS (SELECT FROM pg_catalog.pg_index x JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indexrelid
    WHERE x.indrelid = c.oid AND a.attstattarget >= 0) AS "hasIndexTargets",
  coalesce((
    SELECT pg_catalog.json_agg(DISTINCT k.confrelid::pg_catalog.regclass::text)
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'), '[]') AS "references"
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class m ON m.oid = $2::int8::oid
WHERE c.oid = $1::int8::oid
