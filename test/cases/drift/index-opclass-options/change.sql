DROP INDEX i;
CREATE INDEX i ON a USING gist (b tsvector_ops (siglen = 100));
