-- What happened to the tables that are shown.
SELECT s.relid::text AS "oid",
       s.n_live_tup::float8 AS "liveRows", s.n_dead_tup::float8 AS "deadRows",
       s.seq_scan::float8 AS "seqScans", s.idx_scan::float8 AS "indexScans",
       s.n_tup_ins::float8 AS "inserted", s.n_tup_upd::float8 AS "updated", s.n_tup_del::float8 AS "deleted",
       pg_catalog.to_jsonb(greatest(s.last_vacuum, s.last_autovacuum)) #>> '{}' AS "vacuumedAt",
       pg_catalog.to_jsonb(greatest(s.last_analyze, s.last_autoanalyze)) #>> '{}' AS "analyzedAt"
FROM pg_catalog.pg_stat_all_tables AS s
WHERE s.relid = ANY ($1::text::oid[])
