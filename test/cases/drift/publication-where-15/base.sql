-- alone: reaches beyond its schema
CREATE TABLE a (x int, y int);
CREATE PUBLICATION pb FOR TABLE a;
