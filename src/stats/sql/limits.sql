-- Limits of this transaction alone: a report gives way to everybody else's work, and behind a pooler leaves no trace.
SELECT
  pg_catalog.set_config('lock_timeout', $1, true),
  pg_catalog.set_config('statement_timeout', $2, true),
  pg_catalog.set_config('jit', 'off', true),
  pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),
  pg_catalog.set_config('TimeZone', 'UTC', true)
