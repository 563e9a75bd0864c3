-- sql functions that need tables and tables that need functions
CREATE TABLE a (id int); CREATE FUNCTION fa() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM a; END; CREATE TABLE b (n bigint DEFAULT fa());
-- becomes
CREATE TABLE a (id bigint); CREATE FUNCTION fa() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(id)::bigint FROM a; END; CREATE TABLE b (n bigint DEFAULT fa());
