-- domain over domain, composite of domain, range of domain
CREATE DOMAIN d1 AS int CHECK (VALUE > 0); CREATE DOMAIN d2 AS d1 NOT NULL; CREATE TYPE c AS (a d1, b text); CREATE TABLE t (x d2, y c, z d1[]); INSERT INTO t VALUES (1, ROW(1,'b'), '{1}');
CREATE FUNCTION f(d1) RETURNS d2 LANGUAGE sql AS 'select $1::d2';
-- becomes
CREATE DOMAIN d1 AS bigint CHECK (VALUE > 0); CREATE DOMAIN d2 AS d1 NOT NULL; CREATE TYPE c AS (a d1, b text); CREATE TABLE t (x d2, y c, z d1[]);
CREATE FUNCTION f(d1) RETURNS d2 LANGUAGE sql AS 'select $1::d2';
