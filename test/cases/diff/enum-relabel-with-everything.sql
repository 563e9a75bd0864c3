-- enum relabel with everything
CREATE TYPE mood AS ENUM ('sad','ok','happy');
CREATE TABLE p (id int, m mood NOT NULL DEFAULT 'ok', ms mood[] DEFAULT '{}', CHECK (m <> 'sad'));
CREATE INDEX pi ON p (m) WHERE m = 'happy';
CREATE VIEW v AS SELECT m, count(*) FROM p GROUP BY m;
CREATE FUNCTION f(x mood) RETURNS text LANGUAGE sql AS 'select x::text';
CREATE FUNCTION g() RETURNS SETOF p LANGUAGE sql AS 'select * from p';
CREATE DOMAIN dm AS mood DEFAULT 'ok';
CREATE TABLE q (d dm);
CREATE POLICY po ON p USING (m = 'ok');
INSERT INTO p VALUES (1,'happy','{ok}');INSERT INTO q VALUES ('ok');
-- becomes
CREATE TYPE mood AS ENUM ('happy','ok','great','fine');
CREATE TABLE p (id int, m mood NOT NULL DEFAULT 'ok', ms mood[] DEFAULT '{}', CHECK (m <> 'fine'));
CREATE INDEX pi ON p (m) WHERE m = 'happy';
CREATE VIEW v AS SELECT m, count(*) FROM p GROUP BY m;
CREATE FUNCTION f(x mood) RETURNS text LANGUAGE sql AS 'select x::text';
CREATE FUNCTION g() RETURNS SETOF p LANGUAGE sql AS 'select * from p';
CREATE DOMAIN dm AS mood DEFAULT 'ok';
CREATE TABLE q (d dm);
CREATE POLICY po ON p USING (m = 'ok');
