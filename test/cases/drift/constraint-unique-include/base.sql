CREATE TABLE a (id int, b int, CONSTRAINT u UNIQUE (id));
