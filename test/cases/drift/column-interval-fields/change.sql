ALTER TABLE a ALTER b TYPE interval day to second;
