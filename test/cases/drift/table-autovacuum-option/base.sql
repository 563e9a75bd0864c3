CREATE TABLE a (id int) WITH (autovacuum_vacuum_scale_factor = 0.2);
