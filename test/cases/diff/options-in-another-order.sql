CREATE TABLE a (id int) WITH (fillfactor = 70, autovacuum_enabled = false);
CREATE INDEX a_id ON a (id) WITH (fillfactor = 80);
-- becomes
CREATE TABLE a (id int) WITH (autovacuum_enabled = false, parallel_workers = 2, fillfactor = 70);
CREATE INDEX a_id ON a (id) WITH (deduplicate_items = off, fillfactor = 80);
