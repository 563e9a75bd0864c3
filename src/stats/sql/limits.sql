-- Limits of this transaction alone: a report gives way to everybody else's work, and behind a pooler leaves no trace.
SELECT
  pg_catalog.set_config('lock_timeout', $1, true),
  pg_catalog.set_config('statement_timeout', $2, true),
  pg_catalog.set_config('jit', 'off', true),
  pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),
  -- Thousands of statements are gathered in memory, not in a temporary file that each report would write.
  pg_catalog.set_config('work_mem',
    CASE WHEN pg_catalog.pg_size_bytes(pg_catalog.current_setting('work_mem')) < 67108864 THEN '64MB'
         ELSE pg_catalog.current_setting('work_mem') END, true),
  pg_catalog.set_config('TimeZone', 'UTC', true)
