ALTER FUNCTION f() SET search_path = pg_catalog;
