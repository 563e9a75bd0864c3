-- Whether this role sees every setting.
SELECT pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE') AS "seesAll"
