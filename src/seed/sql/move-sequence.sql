-- Moves the sequence of a column beyond the highest number in it, never back.
SELECT pg_catalog.setval($1::pg_catalog.regclass, GREATEST($2::bigint, COALESCE(pg_catalog.pg_sequence_last_value($1::pg_catalog.regclass), 0)))
