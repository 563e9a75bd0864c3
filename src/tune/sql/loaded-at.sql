-- When the configuration that this session began with was read.
SELECT extract(epoch FROM pg_catalog.pg_conf_load_time())::float8 AS "at"
