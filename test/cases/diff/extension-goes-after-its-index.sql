-- An index that goes concurrently goes late, and the extension of its operators after it.
CREATE EXTENSION pg_trgm;
CREATE TABLE words (id int PRIMARY KEY, word text, size int);
CREATE INDEX words_word ON words USING gin (word gin_trgm_ops);
INSERT INTO words VALUES (1, 'one', 3);
-- becomes
CREATE TABLE words (id int PRIMARY KEY, word text, size int);
CREATE INDEX words_size ON words (size);
INSERT INTO words VALUES (1, 'one', 3);
