CREATE TABLE a (id int, b text);
