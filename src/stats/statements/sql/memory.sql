-- The server gathers all texts before one is looked for: in memory as far as 64 MB, rather than in a temporary file that
-- each report would write. Of this transaction alone.
SELECT pg_catalog.set_config('work_mem', '64MB', true)
WHERE pg_catalog.pg_size_bytes(pg_catalog.current_setting('work_mem')) < 67108864
