-- The relations of a plan, each with the tables that it is a partition or a child of: a column of the parent is read
-- from its children.
WITH RECURSIVE named AS (
    SELECT p.ordinality AS number, c.oid
      FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) WITH ORDINALITY AS p (nspname, relname, ordinality)
      JOIN pg_catalog.pg_namespace n ON n.nspname = p.nspname
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.relname
), upwards AS (
    SELECT number, oid FROM named
     UNION
    SELECT u.number, i.inhparent FROM upwards u JOIN pg_catalog.pg_inherits i ON i.inhrelid = u.oid
)
SELECT number::integer - 1 AS "index", oid::bigint AS "oid" FROM upwards;
