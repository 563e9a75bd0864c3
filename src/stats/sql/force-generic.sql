-- Plans in this transaction are made without looking at parameters.
SELECT pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true)
