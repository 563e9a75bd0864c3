-- Where a table's rows are stored now, and in how many blocks.
SELECT pg_catalog.pg_relation_filenode(pg_catalog.to_regclass($1))::int8::float8 AS "filenode",
  (pg_catalog.pg_relation_size(pg_catalog.to_regclass($1)) / pg_catalog.current_setting('block_size')::bigint)::float8 AS "blocks"
