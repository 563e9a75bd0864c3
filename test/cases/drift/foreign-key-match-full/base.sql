CREATE TABLE p (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE a (x int, y int, CONSTRAINT f FOREIGN KEY (x, y) REFERENCES p);
