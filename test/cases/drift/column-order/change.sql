DROP TABLE a;
CREATE TABLE a (c int, b text);
