-- Tables that were read from outside the buffers the most.
SELECT s.schemaname::text AS "schema", s.relname::text AS "table",
       s.heap_blks_hit::float8 AS "heapHits", s.heap_blks_read::float8 AS "heapReads",
       coalesce(s.idx_blks_hit, 0)::float8 AS "indexHits", coalesce(s.idx_blks_read, 0)::float8 AS "indexReads",
       (coalesce(s.toast_blks_hit, 0) + coalesce(s.tidx_blks_hit, 0))::float8 AS "toastHits",
       (coalesce(s.toast_blks_read, 0) + coalesce(s.tidx_blks_read, 0))::float8 AS "toastReads"
FROM pg_catalog.pg_statio_user_tables AS s
ORDER BY s.heap_blks_read + coalesce(s.idx_blks_read, 0) + coalesce(s.toast_blks_read, 0) + coalesce(s.tidx_blks_read, 0) DESC,
         s.schemaname, s.relname
LIMIT $1
