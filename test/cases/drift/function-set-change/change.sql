ALTER FUNCTION f() SET work_mem = '2MB';
