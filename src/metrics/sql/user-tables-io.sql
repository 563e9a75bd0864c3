-- Blocks of some tables that were read, and found in the buffers; of the rest the sum, where `$2` wants it.
WITH counted AS MATERIALIZED (
  SELECT s.*, k.oid IS NOT NULL AS "isShown"
  FROM pg_catalog.pg_statio_user_tables AS s
  LEFT JOIN pg_catalog.unnest($1::text::pg_catalog.oid[]) AS k (oid) ON k.oid = s.relid
)
SELECT
  c.relid::text AS "relid", c.schemaname::text AS "schemaname", c.relname::text AS "relname",
  c.heap_blks_read, c.heap_blks_hit,
  coalesce(c.idx_blks_read, 0) AS "idx_blks_read", coalesce(c.idx_blks_hit, 0) AS "idx_blks_hit",
  coalesce(c.toast_blks_read, 0) AS "toast_blks_read", coalesce(c.toast_blks_hit, 0) AS "toast_blks_hit",
  coalesce(c.tidx_blks_read, 0) AS "tidx_blks_read", coalesce(c.tidx_blks_hit, 0) AS "tidx_blks_hit"
FROM counted AS c
WHERE NOT $2::boolean OR c."isShown"
UNION ALL
SELECT
  NULL, '', 'other',
  sum(c.heap_blks_read)::int8, sum(c.heap_blks_hit)::int8,
  coalesce(sum(c.idx_blks_read), 0)::int8, coalesce(sum(c.idx_blks_hit), 0)::int8,
  coalesce(sum(c.toast_blks_read), 0)::int8, coalesce(sum(c.toast_blks_hit), 0)::int8,
  coalesce(sum(c.tidx_blks_read), 0)::int8, coalesce(sum(c.tidx_blks_hit), 0)::int8
FROM counted AS c
WHERE $2::boolean AND NOT c."isShown"
HAVING count(*) > 0
