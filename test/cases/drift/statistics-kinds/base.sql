CREATE TABLE a (x int, y int);
CREATE STATISTICS st ON x, y FROM a;
