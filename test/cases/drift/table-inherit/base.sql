CREATE TABLE p (id int);
CREATE TABLE a (id int);
