CREATE TABLE a (x text);
CREATE INDEX i ON a (lower(x));
