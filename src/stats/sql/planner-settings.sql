-- A plan is to be the one that the application would get, not the one that suits a report.
SELECT pg_catalog.set_config(s.name, s.reset_val, true)
FROM pg_catalog.pg_settings AS s
WHERE s.name IN ('jit', 'max_parallel_workers_per_gather', 'work_mem')
