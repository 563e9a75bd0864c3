COMMENT ON CAST (c AS text) IS 'x';
