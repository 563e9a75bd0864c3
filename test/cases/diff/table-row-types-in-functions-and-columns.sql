-- table row types in functions and columns
CREATE TABLE t (a int); CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'select $1.a'; CREATE TABLE u (x t, ys t[]); CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'select * from t';
-- becomes
CREATE TABLE t (a int, b text NOT NULL); CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'select $1.a'; CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'select * from t';
