-- alone: reaches beyond its schema
CREATE FUNCTION ff(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
