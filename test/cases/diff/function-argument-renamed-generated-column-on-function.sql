-- function argument renamed, generated column on function
CREATE FUNCTION f(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select a';
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (f(id)) STORED, z int); CREATE INDEX gi ON t (g); CREATE VIEW v AS SELECT g FROM t;
-- becomes
CREATE FUNCTION f(b int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select b';
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (f(id)) STORED, z int); CREATE INDEX gi ON t (g); CREATE VIEW v AS SELECT g FROM t;
