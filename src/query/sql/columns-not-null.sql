-- Columns of tables that hold no NULL. A view's columns, and a foreign table's, promise nothing.
SELECT a.attrelid::bigint AS "tableOid", a.attnum AS "attributeNumber"
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
 WHERE a.attrelid = ANY ($1::text::oid[]) AND a.attnotnull AND c.relkind IN ('r', 'p');
