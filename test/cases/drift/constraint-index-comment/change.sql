COMMENT ON INDEX a_pkey IS 'x';
