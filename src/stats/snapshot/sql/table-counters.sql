-- What was done to every table and partition of this database.
SELECT s.relid::text AS "oid", s.seq_scan::float8 AS "seqScans", s.seq_tup_read::float8 AS "seqRows",
       coalesce(s.idx_scan, 0)::float8 AS "indexScans", s.n_tup_ins::float8 AS "inserted", s.n_tup_upd::float8 AS "updated",
       s.n_tup_del::float8 AS "deleted"
FROM pg_catalog.pg_stat_user_tables AS s
