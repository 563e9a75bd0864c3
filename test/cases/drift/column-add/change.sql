ALTER TABLE a ADD b text;
