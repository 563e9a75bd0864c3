-- What the WAL takes on its disk now.
SELECT coalesce(sum(w.size), 0)::float8 AS "bytes" FROM pg_catalog.pg_ls_waldir() AS w
