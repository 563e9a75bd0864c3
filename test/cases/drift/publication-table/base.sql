-- alone: reaches beyond its schema
CREATE TABLE a (x int);
CREATE PUBLICATION pb;
