DROP TYPE c;
CREATE TYPE c AS (b text, a int);
