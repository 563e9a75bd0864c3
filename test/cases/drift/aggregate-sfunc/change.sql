DROP AGGREGATE g(int);
CREATE AGGREGATE g(int) (SFUNC = int4mi, STYPE = int);
