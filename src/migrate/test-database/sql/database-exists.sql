SELECT datname AS "name", datistemplate AS "isTemplate" FROM pg_catalog.pg_database WHERE datname = $1
