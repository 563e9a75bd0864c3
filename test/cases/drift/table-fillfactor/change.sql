ALTER TABLE a SET (fillfactor = 70);
