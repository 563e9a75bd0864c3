-- The roles of this cluster, and whether the session may make objects theirs.
SELECT rolname AS name, pg_catalog.pg_has_role(oid, 'MEMBER') AS "isMember" FROM pg_catalog.pg_roles;
