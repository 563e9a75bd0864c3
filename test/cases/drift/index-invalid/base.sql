CREATE TABLE a (x int);
CREATE INDEX i ON a (x);
