-- alone: event triggers belong to the database
CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ($$CREATE TABLE$$, $$ALTER TABLE$$) EXECUTE FUNCTION noted();
