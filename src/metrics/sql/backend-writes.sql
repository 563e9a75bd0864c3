-- What pg_stat_bgwriter called buffers_backend until 17: blocks that sessions wrote, and synced, by themselves.
SELECT (coalesce(sum(i.writes), 0) + coalesce(sum(i.extends), 0))::int8 AS "writes",
       coalesce(sum(i.fsyncs), 0)::int8 AS "fsyncs"
FROM pg_catalog.pg_stat_io AS i
WHERE i.object = 'relation'
  AND i.backend_type NOT IN ('background writer', 'checkpointer', 'startup')
