CREATE TABLE a (b interval);
