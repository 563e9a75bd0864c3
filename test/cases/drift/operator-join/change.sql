ALTER OPERATOR === (int, int) SET (JOIN = eqjoinsel);
