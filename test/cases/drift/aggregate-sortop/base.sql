CREATE AGGREGATE g(int) (SFUNC = int4larger, STYPE = int);
