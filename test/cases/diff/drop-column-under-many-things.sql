-- drop column under many things
CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b int CHECK (b > 0), c int GENERATED ALWAYS AS (b*2) STORED); CREATE INDEX i ON t (a, b); CREATE VIEW v AS SELECT * FROM t; CREATE STATISTICS st ON a, b FROM t;
-- becomes
CREATE TABLE t (id int PRIMARY KEY, b int CHECK (b > 0)); CREATE VIEW v AS SELECT * FROM t;
