CREATE TABLE packages (id serial PRIMARY KEY, n int);
CREATE TABLE counted (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME counter));
CREATE TABLE z (id int);
INSERT INTO z VALUES (1);
-- becomes
CREATE TABLE crates (id int PRIMARY KEY, n int);
CREATE SEQUENCE packages_id_seq AS integer OWNED BY crates.id;
ALTER TABLE crates ALTER id SET DEFAULT nextval($$packages_id_seq$$);
CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME counter));
CREATE TABLE z (id int);
INSERT INTO z VALUES (1);
