ALTER TABLE a SET (autovacuum_vacuum_scale_factor = 0.1);
