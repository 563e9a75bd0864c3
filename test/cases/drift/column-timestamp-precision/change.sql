ALTER TABLE a ALTER b TYPE timestamptz(3);
