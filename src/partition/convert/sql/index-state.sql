-- Whether an index is there, and sound.
SELECT i.indisvalid AND i.indisready AS "isValid" FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass($1)
