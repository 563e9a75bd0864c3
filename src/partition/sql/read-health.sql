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
)
SELECT
  c.oid::int8::float8 AS "oid",
  pg_catalog.pg_total_relation_size(c.oid)::float8 AS "bytes",
  coalesce((
    SELECT pg_catalog.json_agg(pc.relname ORDER BY pc.relname)
    FROM pg_catalog.pg_index px
    JOIN pg_catalog.pg_class pc ON pc.oid = px.indexrelid
    WHERE px.indrelid = p.oid
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_inherits ii
        JOIN pg_catalog.pg_index cx ON cx.indexrelid = ii.inhrelid
        WHERE ii.inhparent = px.indexrelid AND cx.indrelid = c.oid AND cx.indisvalid)), '[]') AS "missingIndexes",
  EXISTS (
    (SELECT e.grantee, e.privilege_type, e.is_grantable FROM pg_catalog.aclexplode(coalesce(p.relacl, pg_catalog.acldefault('r', p.relowner))) e WHERE e.grantee <> p.relowner
     EXCEPT
     SELECT e.grantee, e.privilege_type, e.is_grantable FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) e)
  ) AS "lacksPrivileges",
  EXISTS (
    (SELECT e.grantee, e.privilege_type FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) e WHERE e.grantee <> c.relowner
     EXCEPT
     SELECT e.grantee, e.privilege_type FROM pg_catalog.aclexplode(coalesce(p.relacl, pg_catalog.acldefault('r', p.relowner))) e)
  ) AS "hasOtherPrivileges",
  c.relowner <> p.relowner AS "hasOtherOwner",
  (p.relrowsecurity AND NOT c.relrowsecurity)
    OR (p.relforcerowsecurity AND NOT c.relforcerowsecurity)
    OR EXISTS (
      SELECT q.polname FROM pg_catalog.pg_policy q WHERE q.polrelid = p.oid
      EXCEPT
      SELECT q.polname FROM pg_catalog.pg_policy q WHERE q.polrelid = c.oid) AS "lacksRowSecurity",
  c.relkind IN ('r', 'm') AND c.reltuples < 0 AND pg_catalog.pg_relation_size(c.oid) > 0 AS "isUnanalyzed",
  p.reltuples < 0 AS "isParentUnanalyzed",
  p.invalid_indexes::int AS "invalidIndexes"
FROM child c
CROSS JOIN parent p
