ALTER OPERATOR === (int, int) SET (RESTRICT = eqsel);
