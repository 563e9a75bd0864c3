CREATE SUBSCRIPTION live CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false, slot_name = 'none_such');
ALTER SUBSCRIPTION live ENABLE;
CREATE SUBSCRIPTION idle CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false);
