CREATE TABLE a (r int4range);
