ALTER FUNCTION f(int, int) SUPPORT generate_series_int4_support;
