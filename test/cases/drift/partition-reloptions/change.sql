ALTER TABLE a SET (fillfactor = 50);
