-- alone: reaches beyond its schema
CREATE SUBSCRIPTION sb CONNECTION 'host=127.0.0.1 password=one' PUBLICATION p WITH (connect = false, slot_name = NONE);
