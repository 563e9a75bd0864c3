-- tables come to a type, or leave it, together with columns; what a child has of its own goes with its parent's
CREATE TYPE rt AS (a int, b text);
CREATE TABLE t (a int, z int);
CREATE TABLE u OF rt;
CREATE TABLE pp (a int, b text) PARTITION BY RANGE (a);
CREATE TYPE r2 AS (a int, c text);
CREATE TABLE v (a int, c text);
CREATE TABLE g (a int); CREATE TABLE m () INHERITS (g); CREATE TABLE c () INHERITS (m);
CREATE TABLE w OF r2;
-- becomes
CREATE TYPE rt AS (a int, b text);
CREATE TABLE t OF rt;
CREATE TYPE r2 AS (a int, c text, d int);
CREATE TABLE pp (a int, b text, d int) PARTITION BY RANGE (a);
CREATE TABLE u PARTITION OF pp FOR VALUES FROM (1) TO (2);
CREATE TABLE v OF r2 (a NOT NULL);
CREATE TABLE g (a int, n text DEFAULT 'q', CONSTRAINT k CHECK (n <> '')); CREATE TABLE m () INHERITS (g); CREATE TABLE c (n text DEFAULT 'own', CONSTRAINT k CHECK (n <> '')) INHERITS (m);
CREATE TABLE ww (a int, c text, d int, z int); CREATE TABLE w (c text, a int, d int, z int) INHERITS (ww);
