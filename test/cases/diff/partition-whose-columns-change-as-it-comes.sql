-- columns of a table become as its new parent's are before it comes
CREATE TABLE q (a int, e numeric DEFAULT 5, n text NOT NULL, t text) PARTITION BY RANGE (a);
CREATE TABLE c (a int, e int DEFAULT 6, n text, t varchar(9), CONSTRAINT k CHECK (a > 0));
CREATE TABLE g (a int, e numeric, i int NOT NULL);
CREATE TABLE h (a bigint, e int DEFAULT 7, i int GENERATED ALWAYS AS IDENTITY, x int);
-- becomes
CREATE TABLE q (a int, e numeric DEFAULT 5, n text NOT NULL, t text) PARTITION BY RANGE (a);
CREATE TABLE c PARTITION OF q FOR VALUES FROM (1) TO (9);
CREATE TABLE g (a int, e numeric DEFAULT 4, i int NOT NULL);
CREATE TABLE h (a int, e numeric DEFAULT 3, i int NOT NULL) INHERITS (g);
