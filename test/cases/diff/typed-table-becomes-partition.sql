CREATE TYPE p AS (a int, b text);
CREATE TABLE l (a int, b text) PARTITION BY LIST (a);
CREATE TABLE l1 OF p;
-- becomes
CREATE TYPE p AS (a int, b text);
CREATE TABLE l (a int, b text) PARTITION BY LIST (a);
CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1);
