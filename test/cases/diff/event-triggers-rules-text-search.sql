-- event triggers, rules, text search
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end'; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION e(); CREATE TEXT SEARCH CONFIGURATION c (COPY = english); CREATE TABLE t (b text, v tsvector GENERATED ALWAYS AS (to_tsvector('public.c'::regconfig, b)) STORED); CREATE INDEX i ON t USING gin (v);
-- becomes
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'begin null; end'; CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION e(); CREATE TEXT SEARCH CONFIGURATION c (COPY = simple); CREATE TABLE t (b text, x int, v tsvector GENERATED ALWAYS AS (to_tsvector('public.c'::regconfig, b)) STORED); CREATE INDEX i ON t USING gin (v);
