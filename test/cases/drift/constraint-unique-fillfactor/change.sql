ALTER INDEX u SET (fillfactor = 50);
