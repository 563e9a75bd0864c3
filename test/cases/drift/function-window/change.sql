DROP FUNCTION f();
CREATE FUNCTION f() RETURNS bigint WINDOW LANGUAGE internal AS 'window_row_number';
