ALTER TABLE a ALTER b SET (n_distinct = -0.5);
