CREATE TYPE k AS (id int);
CREATE TABLE a (id int);
