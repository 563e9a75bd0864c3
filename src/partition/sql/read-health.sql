-- How the partitions of a table stand beside it: size, and what of their parent they lack.
WITH parent AS (
  SELECT c.*, pg_catalog.count(*) FILTER (WHERE NOT x.indisvalid) AS invalid_indexes
  FROM pg_catalog.pg_class c
  LEFT JOIN pg_catalog.pg_index x ON x.indrelid = c.oid
  WHERE c.oid = $1::int8::oid
  GROUP BY c.oid
),
child AS (
  SELECT c.*, i.inhdetachpending
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = $1::int8::oid
),
acl AS (
  SELECT r.oid, NULL::name AS attname, e.grantee, e.privilege_type, e.is_grantable
  FROM (SELECT oid, relacl, relowner FROM parent UNION ALL SELECT oid, relacl, relowner FROM child) AS r
  CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(r.relacl, pg_catalog.acldefault('r', r.relowner))) e
  UNION ALL
  SELECT a.attrelid, a.attname, e.grantee, e.privilege_type, e.is_grantable
  FROM pg_catalog.pg_attribute a
  CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) e
  WHERE a.attrelid IN (SELECT oid FROM parent UNION ALL SELECT oid FROM child) AND NOT a.attisdropped
)
SELECT
  c.oid::int8::float8 AS "oid",
  pg_catalog.pg_total_relation_size(c.oid)::float8 AS "bytes",
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', pc.relname,
      'isUnique', px.indisunique,
      'constraint', (SELECT CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END FROM pg_catalog.pg_constraint k WHERE k.conindid = pc.oid AND k.conrelid = p.oid AND k.contype IN ('p', 'u')),
      'rest', pg_catalog.substr(pg_catalog.pg_get_indexdef(pc.oid), pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON ONLY %I.%I USING ', CASE WHEN px.indisunique THEN 'UNIQUE ' END, pc.relname, (SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid = p.relnamespace), p.relname)) + 1)) ORDER BY pc.relname)
    FROM pg_catalog.pg_index px
    JOIN pg_catalog.pg_class pc ON pc.oid = px.indexrelid
    WHERE px.indrelid = p.oid
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_inherits ii
        JOIN pg_catalog.pg_index cx ON cx.indexrelid = ii.inhrelid
        WHERE ii.inhparent = px.indexrelid AND cx.indrelid = c.oid AND cx.indisvalid)), '[]') AS "missingIndexes",
  -- What a grantee may do there and not here, or not hand on here.
  coalesce(CASE WHEN d.differ THEN (
    SELECT pg_catalog.json_agg(g ORDER BY g."grantee", g."column")
    FROM (
      SELECT CASE e.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(e.grantee) END AS "grantee", e.attname AS "column",
        e.is_grantable AS "isGrantable", pg_catalog.array_agg(e.privilege_type ORDER BY e.privilege_type) AS "privileges"
      FROM acl e
      WHERE e.oid = p.oid AND e.grantee <> p.relowner AND e.grantee <> c.relowner
        AND NOT EXISTS (
          SELECT FROM acl o WHERE o.oid = c.oid AND o.grantee = e.grantee AND o.privilege_type = e.privilege_type
            AND o.attname IS NOT DISTINCT FROM e.attname AND o.is_grantable >= e.is_grantable)
      GROUP BY e.grantee, e.attname, e.is_grantable) AS g) END, '[]') AS "lacking",
  -- What a grantee may do here and not there; isOption: there too, and only here hand it on.
  coalesce(CASE WHEN d.differ THEN (
    SELECT pg_catalog.json_agg(g ORDER BY g."grantee", g."column")
    FROM (
      SELECT CASE e.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(e.grantee) END AS "grantee", e.attname AS "column",
        EXISTS (
          SELECT FROM acl o WHERE o.oid = p.oid AND o.grantee = e.grantee AND o.privilege_type = e.privilege_type
            AND o.attname IS NOT DISTINCT FROM e.attname) AS "isOption",
        pg_catalog.array_agg(e.privilege_type ORDER BY e.privilege_type) AS "privileges"
      FROM acl e
      WHERE e.oid = c.oid AND e.grantee <> c.relowner AND e.grantee <> p.relowner
        AND NOT EXISTS (
          SELECT FROM acl o WHERE o.oid = p.oid AND o.grantee = e.grantee AND o.privilege_type = e.privilege_type
            AND o.attname IS NOT DISTINCT FROM e.attname AND o.is_grantable >= e.is_grantable)
      GROUP BY e.grantee, e.attname, 3) AS g) END, '[]') AS "beyond",
  c.relowner <> p.relowner AS "hasOtherOwner",
  p.relrowsecurity AND NOT c.relrowsecurity AS "lacksRowSecurity",
  p.relforcerowsecurity AND NOT c.relforcerowsecurity AS "lacksForce",
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', q.polname,
      'command', CASE q.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      'isPermissive', q.polpermissive,
      'roles', (SELECT pg_catalog.json_agg(CASE r WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(r) END) FROM pg_catalog.unnest(q.polroles) AS r),
      'using', pg_catalog.pg_get_expr(q.polqual, q.polrelid),
      'check', pg_catalog.pg_get_expr(q.polwithcheck, q.polrelid)) ORDER BY q.polname)
    FROM pg_catalog.pg_policy q
    WHERE q.polrelid = p.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy o WHERE o.polrelid = c.oid AND o.polname = q.polname)), '[]') AS "missingPolicies",
  c.relkind IN ('r', 'm') AND c.reltuples < 0 AND pg_catalog.pg_relation_size(c.oid) > 0 AS "isUnanalyzed",
  p.reltuples < 0 AS "isParentUnanalyzed",
  p.invalid_indexes::int AS "invalidIndexes"
FROM child c
CROSS JOIN parent p
CROSS JOIN LATERAL (
  SELECT c.relacl IS DISTINCT FROM p.relacl
    OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid IN (c.oid, p.oid) AND a.attacl IS NOT NULL) AS differ) AS d
