-- Everything that a schema can hold, and what it is hard to write down in the right order. PostgreSQL 14 and newer, as a superuser.
CREATE SCHEMA app;
CREATE SCHEMA "Strange ""Schema"" 😀";
COMMENT ON SCHEMA app IS 'It''s "quoted" \ and slashed';
CREATE EXTENSION IF NOT EXISTS citext SCHEMA app;
GRANT USAGE ON SCHEMA app TO PUBLIC;

CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok', 'happy');
ALTER TYPE app.mood ADD VALUE 'meh' BEFORE 'happy';
COMMENT ON TYPE app.mood IS 'moods';
CREATE DOMAIN app.positive AS integer DEFAULT 1 NOT NULL CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE DOMAIN app.name_c AS text COLLATE "C";
COMMENT ON CONSTRAINT positive_check ON DOMAIN app.positive IS 'above nothing';
ALTER DOMAIN app.positive ADD CONSTRAINT small CHECK (VALUE < 1000) NOT VALID;
CREATE TYPE app.pair AS (a integer, "B c" text COLLATE "C", m app.mood);
COMMENT ON COLUMN app.pair.a IS 'first';
COMMENT ON TYPE app.pair IS 'two things';
CREATE TYPE app.floats AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TYPE app.shell;
CREATE COLLATION app.ci FROM "C";
REVOKE USAGE ON TYPE app.mood FROM PUBLIC;

-- A base type with functions that need it.
CREATE TYPE app.word;
CREATE FUNCTION app.word_in(cstring) RETURNS app.word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION app.word_out(app.word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE app.word (INPUT = app.word_in, OUTPUT = app.word_out, LIKE = text);
CREATE CAST (app.word AS text) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE FUNCTION app.word_lt(app.word, app.word) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'text_lt';
CREATE FUNCTION app.word_eq(app.word, app.word) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'texteq';
CREATE FUNCTION app.word_gt(app.word, app.word) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'text_gt';
CREATE FUNCTION app.word_cmp(app.word, app.word) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
CREATE OPERATOR app.< (FUNCTION = app.word_lt, LEFTARG = app.word, RIGHTARG = app.word, COMMUTATOR = OPERATOR(app.>), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR app.> (FUNCTION = app.word_gt, LEFTARG = app.word, RIGHTARG = app.word, COMMUTATOR = OPERATOR(app.<));
CREATE OPERATOR app.= (FUNCTION = app.word_eq, LEFTARG = app.word, RIGHTARG = app.word, COMMUTATOR = OPERATOR(app.=), HASHES, MERGES);
CREATE OPERATOR CLASS app.word_ops DEFAULT FOR TYPE app.word USING btree AS
  OPERATOR 1 app.<, OPERATOR 3 app.=, OPERATOR 5 app.>, FUNCTION 1 app.word_cmp(app.word, app.word);
CREATE OPERATOR FAMILY app.word_family USING hash;
CREATE AGGREGATE app.longest(text) (SFUNC = textcat, STYPE = text, INITCOND = 'x', PARALLEL = SAFE);
CREATE AGGREGATE app.everything(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE app.everything(*) IS 'counts';

CREATE SEQUENCE app.odd AS smallint INCREMENT 2 MINVALUE 1 MAXVALUE 999 START 3 CACHE 7 CYCLE;
CREATE SEQUENCE app.down INCREMENT -1;
GRANT USAGE ON SEQUENCE app.odd TO PUBLIC;

CREATE TABLE app.users (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 10),
  "E-mail" app.citext NOT NULL,
  dropped integer,
  mood app.mood DEFAULT 'happy',
  kind varchar(20) DEFAULT 'a' CHECK (kind IN ('a', 'b', 'c')),
  code varchar(5) COLLATE "C",
  full_name text GENERATED ALWAYS AS (upper(code)) STORED,
  amount app.positive,
  pairs app.pair[],
  serial_like serial,
  made timestamptz DEFAULT now(),
  PRIMARY KEY (id) INCLUDE (mood),
  CONSTRAINT users_email_key UNIQUE ("E-mail") WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "odd name's" CHECK (amount <> 13) NO INHERIT
) WITH (fillfactor = 80, autovacuum_enabled = false, toast.autovacuum_enabled = false);
ALTER TABLE app.users DROP COLUMN dropped;
ALTER TABLE app.users ALTER COLUMN code SET STORAGE EXTERNAL;
ALTER TABLE app.users ALTER COLUMN code SET STATISTICS 500;
ALTER TABLE app.users ALTER COLUMN code SET (n_distinct = -0.5);
ALTER TABLE app.users ALTER COLUMN kind SET COMPRESSION pglz;
ALTER TABLE app.users ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
ALTER TABLE app.users REPLICA IDENTITY FULL;
COMMENT ON TABLE app.users IS 'users
over two lines';
COMMENT ON COLUMN app.users."E-mail" IS '';
COMMENT ON COLUMN app.users.code IS 'a code';
COMMENT ON CONSTRAINT users_pkey ON app.users IS 'the key';
GRANT SELECT ON app.users TO PUBLIC;
GRANT UPDATE (code, mood) ON app.users TO PUBLIC;
REVOKE DELETE ON app.users FROM CURRENT_USER;
CREATE INDEX users_kind ON app.users USING btree (lower(kind), code DESC NULLS LAST, mood) INCLUDE (made) WITH (fillfactor = 60) WHERE (kind IN ('a', 'b'));
ALTER INDEX app.users_kind ALTER COLUMN 1 SET STATISTICS 300;
COMMENT ON INDEX app.users_kind IS 'by kind';
CREATE UNIQUE INDEX users_made ON app.users (made);
CREATE INDEX "users (made) WHERE" ON app.users USING brin (made) WITH (pages_per_range = 32);
ALTER TABLE app.users CLUSTER ON users_made;
CREATE STATISTICS app.users_stats (dependencies, ndistinct) ON kind, code FROM app.users;
ALTER STATISTICS app.users_stats SET STATISTICS 50;

CREATE UNLOGGED TABLE app.scratch ();
CREATE TABLE app.typed OF app.pair (a WITH OPTIONS DEFAULT 3 NOT NULL);
CREATE TABLE app.base (id integer PRIMARY KEY, note text DEFAULT 'x', CONSTRAINT base_check CHECK (id > 0));
CREATE TABLE app.child (extra integer, CONSTRAINT child_check CHECK (extra > 0)) INHERITS (app.base);
ALTER TABLE app.child ALTER COLUMN note SET DEFAULT 'y';

-- Each table needs the other.
CREATE TABLE app.chicken (id integer PRIMARY KEY, egg integer);
CREATE TABLE app.egg (id integer PRIMARY KEY, chicken integer REFERENCES app.chicken ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE);
ALTER TABLE app.chicken ADD FOREIGN KEY (egg) REFERENCES app.egg MATCH FULL NOT VALID;
CREATE UNIQUE INDEX egg_ident ON app.egg (id);
ALTER TABLE app.egg REPLICA IDENTITY USING INDEX egg_ident;

-- A default that calls a function of the table's own row type.
CREATE TABLE app.self (id integer);
CREATE FUNCTION app.count_self(app.self) RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER TABLE app.self ADD COLUMN n integer DEFAULT app.count_self(NULL);

-- Functions.
CREATE FUNCTION app.add(a integer, b integer DEFAULT 2, OUT c integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5 AS $$ SELECT a + b $$;
CREATE FUNCTION app.atomic(a integer) RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM app.users WHERE id > a; END;
CREATE FUNCTION app.secret() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER ROWS 7 SET search_path = app, pg_temp SET work_mem = '1MB' AS $x$ BEGIN RETURN NEXT 'a$$b'; END $x$;
CREATE PROCEDURE app.proc(INOUT x integer) LANGUAGE plpgsql AS $$ BEGIN x := x + 1; END $$;
REVOKE ALL ON FUNCTION app.secret() FROM PUBLIC;
COMMENT ON FUNCTION app.add(integer, integer) IS 'adds';
CREATE FUNCTION app.audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;

-- Views, one on the other, one with a rule, one that can be written through.
CREATE VIEW app.people WITH (security_barrier = true) AS SELECT id, "E-mail" AS mail, kind, code FROM app.users WHERE kind IN ('a', 'b') WITH LOCAL CHECK OPTION;
ALTER VIEW app.people ALTER COLUMN code SET DEFAULT 'zz';
COMMENT ON VIEW app.people IS 'people';
COMMENT ON COLUMN app.people.mail IS 'where to write to';
GRANT SELECT (mail) ON app.people TO PUBLIC;
CREATE VIEW app."A first by name" AS SELECT p.*, app.add(1) AS three FROM app.people p;
CREATE VIEW app.by_key AS SELECT u.id, u.code, count(*) FROM app.users u GROUP BY u.id;
CREATE MATERIALIZED VIEW app.totals WITH (fillfactor = 50) AS SELECT kind, count(*) AS n FROM app.users GROUP BY kind WITH NO DATA;
CREATE UNIQUE INDEX totals_kind ON app.totals (kind);
CREATE RULE no_delete AS ON DELETE TO app.people DO INSTEAD NOTHING;
CREATE RULE quiet AS ON UPDATE TO app.self DO ALSO NOTIFY self;
ALTER TABLE app.self DISABLE RULE quiet;
COMMENT ON RULE no_delete ON app.people IS 'never';
CREATE FUNCTION app.of_view() RETURNS SETOF app.by_key LANGUAGE sql AS 'SELECT * FROM app.by_key';

CREATE TRIGGER audit_row BEFORE INSERT OR UPDATE OF code ON app.users FOR EACH ROW WHEN (NEW.code IS NOT NULL) EXECUTE FUNCTION app.audit('a', 'b');
CREATE CONSTRAINT TRIGGER audit_late AFTER INSERT ON app.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit();
ALTER TABLE app.users ENABLE ALWAYS TRIGGER audit_row;
ALTER TABLE app.users DISABLE TRIGGER audit_late;
COMMENT ON TRIGGER audit_row ON app.users IS 'audit';

ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.users FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON app.users FOR UPDATE USING (code = current_user) WITH CHECK (code <> 'x');
CREATE POLICY narrow ON app.users AS RESTRICTIVE TO CURRENT_USER USING (kind IN ('a', 'b'));
COMMENT ON POLICY own ON app.users IS 'own rows';

-- Partitions: in two levels, in another order of columns, with indexes of their own, one index not everywhere.
CREATE TABLE app.events (id bigint, at timestamptz NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE app.events_old PARTITION OF app.events FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00:00+00');
CREATE TABLE app.events_new (kind text DEFAULT 'n', at timestamptz NOT NULL, id bigint NOT NULL, CONSTRAINT custom_name PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
ALTER TABLE app.events ATTACH PARTITION app.events_new DEFAULT;
CREATE INDEX events_kind ON app.events (kind);
CREATE INDEX events_at ON ONLY app.events (at);
CREATE INDEX events_old_at ON app.events_old (at);
ALTER INDEX app.events_at ATTACH PARTITION app.events_old_at;
CREATE TABLE app.hashed (id integer, v text) PARTITION BY HASH (id);
CREATE TABLE app.hashed_0 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (fillfactor = 33);
CREATE TABLE app.hashed_1 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TRIGGER hashed_audit AFTER INSERT ON app.hashed FOR EACH ROW EXECUTE FUNCTION app.audit();
ALTER TABLE app.hashed_1 DISABLE TRIGGER hashed_audit;
CREATE TABLE app.points_at (hashed_id integer, event bigint, event_at timestamptz, FOREIGN KEY (event, event_at) REFERENCES app.events);

CREATE TABLE "Strange ""Schema"" 😀"."Select" ("from" integer PRIMARY KEY, "Ünï.cödé" text DEFAULT 'a''b\c', "a.b" serial);
CREATE INDEX ON "Strange ""Schema"" 😀"."Select" ("Ünï.cödé");
CREATE TABLE "Strange ""Schema"" 😀".a23456789012345678901234567890123456789012345678901234567890123 (id integer, EXCLUDE USING gist (box(point(id, id), point(id, id)) WITH &&));

CREATE TEXT SEARCH DICTIONARY app.simple_fr (TEMPLATE = pg_catalog.simple, STOPWORDS = french);
CREATE TEXT SEARCH CONFIGURATION app.search (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word, asciiword WITH app.simple_fr, simple;
CREATE FOREIGN DATA WRAPPER dummy OPTIONS (debug 'true');
CREATE SERVER there TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER dummy OPTIONS (host 'it''s');
CREATE USER MAPPING FOR PUBLIC SERVER there OPTIONS (username 'me');
CREATE FOREIGN TABLE app.remote (id integer OPTIONS (col 'ID') NOT NULL, t text) SERVER there OPTIONS (tab 'r');
CREATE PUBLICATION "some" FOR TABLE app.egg, app.base WITH (publish = 'insert, update');
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE CONVERSION app.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE CAST (app.pair AS text) WITH INOUT;
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION app.on_ddl();
ALTER EVENT TRIGGER watch DISABLE;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$;
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''the database''', current_database()); END $$;
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
-- Conditions that the server words anew when it has read them again.
CREATE TABLE app.spans (
  low integer, high integer, code text,
  inside boolean GENERATED ALWAYS AS (low BETWEEN 1 AND 9 AND high > 0) STORED,
  early boolean DEFAULT (1 BETWEEN 0 AND 3 AND true),
  CONSTRAINT spans_check CHECK (low BETWEEN 1 AND 5 AND high > 0),
  CONSTRAINT spans_either CHECK (low NOT BETWEEN 1 AND 2 OR high > 3 OR code = 'x' AND low BETWEEN SYMMETRIC 1 AND 2 AND high > 3)
);
CREATE INDEX spans_some ON app.spans (low) WHERE low BETWEEN 1 AND 5 AND high = 3;
CREATE VIEW app.spans_near AS SELECT a.low, CASE WHEN a.low BETWEEN 1 AND 2 AND a.high = 1 AND a.code IS NULL THEN 1 END AS one
  FROM app.spans a JOIN app.spans b ON a.low BETWEEN b.low AND b.high AND a.code = b.code
  WHERE a.low BETWEEN (SELECT 1) AND 2 AND b.high IN (1, 2);
CREATE POLICY spans_own ON app.spans USING (low BETWEEN 1 AND 2 AND high > 0);
CREATE TRIGGER spans_audit BEFORE UPDATE ON app.spans FOR EACH ROW WHEN (NEW.low BETWEEN 1 AND 2 AND NEW.high > 2) EXECUTE FUNCTION app.audit();
CREATE RULE spans_rule AS ON UPDATE TO app.spans WHERE NEW.low BETWEEN 1 AND 2 AND NEW.high > 2 DO ALSO NOTHING;
CREATE FUNCTION app.between(a integer, b boolean DEFAULT (1 BETWEEN 0 AND 2 AND true)) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT a BETWEEN 1 AND 2 AND b; END;
-- A body stays as its author wrote it.
CREATE FUNCTION app.bracketed(a boolean DEFAULT (1 BETWEEN 0 AND 2 AND true)) RETURNS boolean LANGUAGE sql AS
$$ SELECT ((a AND true) AND 'x' = ANY ((ARRAY['x'::varchar])::text[])) $$;
