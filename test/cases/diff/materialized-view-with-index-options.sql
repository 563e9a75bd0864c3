-- the options and statistics of an index of a materialized view are its own
CREATE TABLE a (x int, y text); INSERT INTO a VALUES (1, 'y');
CREATE MATERIALIZED VIEW m AS SELECT x, y FROM a;
CREATE INDEX mi ON m (x);
CREATE VIEW v AS SELECT * FROM m;
-- becomes
CREATE TABLE a (x int, y text); INSERT INTO a VALUES (1, 'y');
CREATE MATERIALIZED VIEW m AS SELECT x, y, 1 AS z FROM a;
CREATE INDEX mi ON m (x, lower(y)) WITH (fillfactor = 50); ALTER INDEX mi ALTER COLUMN 2 SET STATISTICS 70;
CREATE VIEW v AS SELECT * FROM m;
