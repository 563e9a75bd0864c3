CREATE TABLE a (b timestamptz);
