-- operator class and aggregate
CREATE FUNCTION lt2(int,int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'select $1 > $2'; CREATE OPERATOR <# (LEFTARG=int, RIGHTARG=int, FUNCTION=lt2); CREATE AGGREGATE ag(int) (SFUNC=int4pl, STYPE=int); CREATE VIEW v AS SELECT ag(x) FROM generate_series(1,2) x WHERE x <# 3;
-- becomes
CREATE FUNCTION lt2(int,int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'select $1 < $2'; CREATE OPERATOR <# (LEFTARG=int, RIGHTARG=int, FUNCTION=lt2, COMMUTATOR = <#); CREATE AGGREGATE ag(int) (SFUNC=int4pl, STYPE=int, INITCOND='1'); CREATE VIEW v AS SELECT ag(x) FROM generate_series(1,2) x WHERE x <# 3;
