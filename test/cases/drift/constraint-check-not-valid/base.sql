CREATE TABLE a (id int, CONSTRAINT c CHECK (id > 0));
