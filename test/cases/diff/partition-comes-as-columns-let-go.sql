-- a new partition fits its parent only when the parent's columns are as they should be
CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, t int, v int NOT NULL) PARTITION BY LIST (t);
CREATE TABLE q (a int NOT NULL, b int);
-- becomes
CREATE TABLE p (id int, t int, v bigint) PARTITION BY LIST (t);
CREATE TABLE p1 PARTITION OF p DEFAULT;
CREATE TABLE q (a int, b text);
CREATE TABLE q1 (c int) INHERITS (q);
