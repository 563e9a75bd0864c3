ALTER TABLE a SET (toast.autovacuum_enabled = false);
