CREATE TABLE a (b varchar(10));
