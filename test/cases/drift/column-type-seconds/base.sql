CREATE TABLE a (at bigint);
