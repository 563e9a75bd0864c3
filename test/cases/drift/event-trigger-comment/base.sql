-- alone: reaches beyond its schema
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER z ON sql_drop EXECUTE FUNCTION e();
