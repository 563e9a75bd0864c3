DROP INDEX i;
CREATE INDEX i ON a (b text_pattern_ops);
