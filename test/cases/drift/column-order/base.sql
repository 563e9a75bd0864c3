CREATE TABLE a (b text, c int);
