CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));
