CREATE TABLE p (x int, y int) PARTITION BY RANGE (x);
