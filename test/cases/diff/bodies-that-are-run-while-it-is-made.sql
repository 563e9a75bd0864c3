CREATE TABLE source (id int, code text);
INSERT INTO source VALUES (1, $$ok$$);
CREATE TABLE events (code text);
INSERT INTO events VALUES ($$ok$$);
-- becomes
CREATE TABLE source (id int, code text);
INSERT INTO source VALUES (1, $$ok$$);
CREATE MATERIALIZED VIEW z_last AS SELECT id, code FROM source;
CREATE FUNCTION z_codes() RETURNS SETOF z_last LANGUAGE sql STABLE AS $$ SELECT * FROM public.z_last $$;
CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM public.z_codes() $$;
CREATE FUNCTION is_known(text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN EXISTS (SELECT FROM public.z_codes() z WHERE z.code = $1); END $$;
CREATE VIEW between_them AS SELECT counted() AS n;
CREATE MATERIALIZED VIEW a_first AS SELECT n FROM between_them;
CREATE TABLE events (code text CONSTRAINT known CHECK (is_known(code)));
INSERT INTO events VALUES ($$ok$$);
