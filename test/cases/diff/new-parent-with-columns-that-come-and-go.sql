-- a table gets a parent, or leaves it, together with columns and checks that the parent has
CREATE TABLE p (a int, b int DEFAULT 4, CONSTRAINT small CHECK (b < 9));
CREATE TABLE q (a int);
CREATE TABLE c (a int, gone int);
CREATE TABLE m (a int) INHERITS (q);
CREATE TABLE r (a int, b int DEFAULT 4, c text NOT NULL DEFAULT 'x', CONSTRAINT small CHECK (b < 9)) PARTITION BY RANGE (a);
CREATE TABLE r1 (a int, gone text);
-- becomes
CREATE TABLE p (a int, b int DEFAULT 4, CONSTRAINT small CHECK (b < 9));
CREATE TABLE q (a int);
CREATE TABLE c (a int, b int DEFAULT 4, CONSTRAINT small CHECK (b < 9)) INHERITS (p);
CREATE TABLE m (a int, b int DEFAULT 4, CONSTRAINT small CHECK (b < 9)) INHERITS (p);
CREATE TABLE r (a int, b int DEFAULT 4, c text NOT NULL DEFAULT 'x', CONSTRAINT small CHECK (b < 9)) PARTITION BY RANGE (a);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (1) TO (5);
