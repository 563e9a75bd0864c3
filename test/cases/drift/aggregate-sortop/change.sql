DROP AGGREGATE g(int);
CREATE AGGREGATE g(int) (SFUNC = int4larger, STYPE = int, SORTOP = >);
