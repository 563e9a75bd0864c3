-- What PostgreSQL takes a written type for; NULL where there is no such type.
SELECT w.type AS "written", pg_catalog.to_regtype(w.type)::oid::bigint AS "oid"
  FROM pg_catalog.unnest($1::text[]) AS w (type);
