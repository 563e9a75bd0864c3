-- composite in column
CREATE TYPE c AS (a int, b text); CREATE TABLE t (id int, x c, xs c[]); INSERT INTO t VALUES (1, ROW(1,'q'), ARRAY[ROW(2,'z')::c]); CREATE VIEW v AS SELECT (x).a FROM t;
-- becomes
CREATE TYPE c AS (b text, a bigint, n date); CREATE TABLE t (id int, x c); CREATE VIEW v AS SELECT (x).a FROM t;
