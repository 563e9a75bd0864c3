-- Types by their oids, as people write them; and the types that headers name, where they exist.
SELECT t.oid::bigint AS "oid", pg_catalog.format_type(t.oid, NULL) AS "name", b.oid::bigint AS "baseOid"
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
 WHERE t.oid = ANY ($1::text::oid[]);
