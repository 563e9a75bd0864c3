DROP INDEX i;
CREATE INDEX i ON a (lower(b));
