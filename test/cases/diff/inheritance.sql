-- inheritance
CREATE TABLE p (id int, n text, CONSTRAINT c CHECK (id > 0)); CREATE TABLE k (x int) INHERITS (p); INSERT INTO k VALUES (1,'a',2);
-- becomes
CREATE TABLE p (id bigint, n text NOT NULL, z int, CONSTRAINT c CHECK (id > 1 OR id > 0), CONSTRAINT d CHECK (z > 0)); CREATE TABLE k (x int) INHERITS (p);
