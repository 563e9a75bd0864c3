CREATE TABLE a (b text);
CREATE INDEX i ON a (b);
