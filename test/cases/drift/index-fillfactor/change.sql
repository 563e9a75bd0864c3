ALTER INDEX i SET (fillfactor = 50);
