CREATE TABLE word (w text);
CREATE FUNCTION word_compare(word, word) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 0';
CREATE OPERATOR FAMILY word_family USING btree;
ALTER OPERATOR FAMILY word_family USING btree ADD FUNCTION 1 (word, word) word_compare(word, word);
