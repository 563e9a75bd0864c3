-- Counters of the user's tables. The largest $1 (0: all) have rows of their own, and those of $2 keep theirs while they are
-- not much smaller than the rest; what is left is one row, named other, of no schema.
WITH ranked AS (
  SELECT c.oid, c.relpages,
         k.oid IS NOT NULL
           AND pg_catalog.row_number() OVER (ORDER BY c.relpages DESC, c.oid) <= 2 * $1::int AS keeps
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.unnest($2::text::pg_catalog.oid[]) AS k (oid) ON k.oid = c.oid
  WHERE c.relkind IN ('r', 't', 'm', 'p')
    AND n.nspname <> ALL ('{pg_catalog,information_schema}') AND n.nspname !~ '^pg_toast'
), placed AS (
  SELECT r.oid, pg_catalog.row_number() OVER (ORDER BY r.keeps DESC, r.relpages DESC, r.oid) AS place FROM ranked AS r
), counted AS MATERIALIZED (
  SELECT p.place, s.*
  FROM pg_catalog.pg_stat_user_tables AS s
  JOIN placed AS p ON p.oid = s.relid
)
SELECT
  c.relid::text AS "relid", c.schemaname::text AS "schemaname", c.relname::text AS "relname",
  coalesce(c.seq_scan, 0) AS "seq_scan", coalesce(c.seq_tup_read, 0) AS "seq_tup_read",
  coalesce(c.idx_scan, 0) AS "idx_scan", coalesce(c.idx_tup_fetch, 0) AS "idx_tup_fetch",
  c.n_tup_ins, c.n_tup_upd, c.n_tup_del, c.n_tup_hot_upd, c.n_live_tup, c.n_dead_tup, c.n_mod_since_analyze,
  coalesce(pg_catalog.floor(EXTRACT(EPOCH FROM c.last_vacuum)), 0)::float8 AS "last_vacuum",
  coalesce(pg_catalog.floor(EXTRACT(EPOCH FROM c.last_autovacuum)), 0)::float8 AS "last_autovacuum",
  coalesce(pg_catalog.floor(EXTRACT(EPOCH FROM c.last_analyze)), 0)::float8 AS "last_analyze",
  coalesce(pg_catalog.floor(EXTRACT(EPOCH FROM c.last_autoanalyze)), 0)::float8 AS "last_autoanalyze",
  c.vacuum_count, c.autovacuum_count, c.analyze_count, c.autoanalyze_count
FROM counted AS c
WHERE $1::int = 0 OR c.place <= $1::int
UNION ALL
SELECT
  NULL, '', 'other',
  sum(c.seq_scan)::int8, sum(c.seq_tup_read)::int8, coalesce(sum(c.idx_scan), 0)::int8, coalesce(sum(c.idx_tup_fetch), 0)::int8,
  sum(c.n_tup_ins)::int8, sum(c.n_tup_upd)::int8, sum(c.n_tup_del)::int8, sum(c.n_tup_hot_upd)::int8,
  sum(c.n_live_tup)::int8, sum(c.n_dead_tup)::int8, sum(c.n_mod_since_analyze)::int8,
  NULL, NULL, NULL, NULL,
  sum(c.vacuum_count)::int8, sum(c.autovacuum_count)::int8, sum(c.analyze_count)::int8, sum(c.autoanalyze_count)::int8
FROM counted AS c
WHERE $1::int > 0 AND c.place > $1::int
HAVING count(*) > 0
