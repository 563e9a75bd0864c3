ALTER TABLE a ALTER b SET DEFAULT clock_timestamp();
