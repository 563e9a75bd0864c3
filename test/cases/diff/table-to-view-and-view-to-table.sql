-- table to view and view to table
CREATE TABLE t (id int, n text); CREATE VIEW v AS SELECT 1 AS x;
-- becomes
CREATE TABLE base (id int, n text); CREATE VIEW t AS SELECT * FROM base; CREATE TABLE v (x int);
