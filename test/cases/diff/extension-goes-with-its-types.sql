-- extension goes with its types
CREATE EXTENSION citext; CREATE TABLE t (n citext, m citext[]); CREATE INDEX i ON t (n); CREATE VIEW v AS SELECT lower(n) l FROM t; INSERT INTO t VALUES ('A');
-- becomes
CREATE TABLE t (n text, m text[]); CREATE INDEX i ON t (n); CREATE VIEW v AS SELECT lower(n) l FROM t;
