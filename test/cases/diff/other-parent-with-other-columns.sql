-- tables go from one parent to another whose columns, NOT NULL and checks are others, and change at the same time
CREATE TABLE p (a int, b int, n int, gone int);
CREATE TABLE q (a int, b int, n int);
CREATE TABLE c (a int, b int, n int, gone int) INHERITS (p);
CREATE TABLE r (a int, b int, gone int) PARTITION BY RANGE (a);
CREATE TABLE s (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (1) TO (9);
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (9) TO (19);
-- becomes
CREATE TABLE p (a int, b int, n int);
CREATE TABLE q (a int, b bigint, n int NOT NULL, CONSTRAINT ck CHECK (a > 0));
CREATE TABLE c (a int, b bigint, n int NOT NULL, CONSTRAINT ck CHECK (a > 0)) INHERITS (q);
CREATE TABLE r (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE s (a int, b bigint, CONSTRAINT ck CHECK (a > 0)) PARTITION BY RANGE (a);
CREATE TABLE r1 PARTITION OF s FOR VALUES FROM (1) TO (9);
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (9) TO (19);
