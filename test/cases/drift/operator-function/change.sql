DROP OPERATOR === (int, int);
CREATE OPERATOR === (FUNCTION = int4ne, LEFTARG = int, RIGHTARG = int);
