-- composite attribute added in use
CREATE TYPE c AS (a int); CREATE TABLE t (x c); INSERT INTO t VALUES (ROW(1)); CREATE TABLE ty OF c;
-- becomes
CREATE TYPE c AS (a int, b text); CREATE TABLE t (x c); CREATE TABLE ty OF c;
