COMMENT ON EXTENSION citext IS 'other';
