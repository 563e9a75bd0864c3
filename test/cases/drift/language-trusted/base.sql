-- alone: reaches beyond its schema
CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
