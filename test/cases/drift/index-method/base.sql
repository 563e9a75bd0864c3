CREATE TABLE a (id int);
CREATE INDEX i ON a (id);
