-- alone: reaches beyond its schema
CREATE SUBSCRIPTION sb CONNECTION 'host=127.0.0.1 dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
