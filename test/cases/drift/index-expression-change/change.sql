DROP INDEX i;
CREATE INDEX i ON a (upper(b));
