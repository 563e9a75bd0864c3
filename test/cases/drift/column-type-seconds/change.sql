ALTER TABLE a ALTER at TYPE timestamptz USING to_timestamp(at);
