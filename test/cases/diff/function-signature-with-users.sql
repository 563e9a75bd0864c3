-- function signature with users
CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select $1';
CREATE TABLE t (id int, d int DEFAULT f(1), CHECK (f(id) > 0));
CREATE INDEX i ON t (f(id)); CREATE VIEW v AS SELECT f(id) AS x FROM t;
CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW WHEN (f(NEW.id) > 0) EXECUTE FUNCTION tr();
-- becomes
CREATE FUNCTION f(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'select $1::bigint';
CREATE TABLE t (id int, d int DEFAULT f(1), CHECK (f(id) > 0));
CREATE INDEX i ON t (f(id)); CREATE VIEW v AS SELECT f(id) AS x FROM t;
CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW WHEN (f(NEW.id) > 0) EXECUTE FUNCTION tr();
