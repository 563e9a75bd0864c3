-- enum add used as default at once
CREATE TYPE s AS ENUM ('a'); CREATE TABLE t (id int, x s DEFAULT 'a');
-- becomes
CREATE TYPE s AS ENUM ('z','a','b'); CREATE TABLE t (id int, x s DEFAULT 'b', y s DEFAULT 'z', CHECK (x <> 'z'));
