COMMENT ON OPERATOR === (int, int) IS 'x';
