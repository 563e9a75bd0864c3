-- range in column
CREATE TYPE fr AS RANGE (subtype = float8); CREATE TABLE t (x fr, y fr[]); INSERT INTO t VALUES ('[1,2)'); CREATE INDEX i ON t USING gist (x);
-- becomes
CREATE TYPE fr AS RANGE (subtype = float8, subtype_diff = float8mi); CREATE TABLE t (x fr, y fr[]); CREATE INDEX i ON t USING gist (x);
