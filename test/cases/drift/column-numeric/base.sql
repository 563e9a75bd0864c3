CREATE TABLE a (b numeric(10,2));
