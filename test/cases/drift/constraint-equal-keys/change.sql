-- Within CREATE TABLE the server would take each for the one before it.
CREATE TABLE keyed (id int PRIMARY KEY, code int);
ALTER TABLE keyed ADD CONSTRAINT keyed_id_key UNIQUE (id);
ALTER TABLE keyed ADD CONSTRAINT keyed_code_a UNIQUE (code);
ALTER TABLE keyed ADD CONSTRAINT keyed_code_b UNIQUE (code);
CREATE TABLE parts (id int, code int) PARTITION BY LIST (code);
CREATE TABLE part PARTITION OF parts (id PRIMARY KEY) FOR VALUES IN (1);
ALTER TABLE part ADD CONSTRAINT part_id_key UNIQUE (id);
