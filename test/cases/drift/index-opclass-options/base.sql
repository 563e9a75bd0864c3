CREATE TABLE a (b tsvector);
CREATE INDEX i ON a USING gist (b);
