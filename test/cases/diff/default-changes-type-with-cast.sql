-- default changes type with cast
CREATE TABLE t (a text DEFAULT '5', b varchar(10) DEFAULT 'x', c int DEFAULT 0); INSERT INTO t DEFAULT VALUES;
-- becomes
CREATE TABLE t (a int DEFAULT 5, b text DEFAULT 'y', c boolean DEFAULT false);
