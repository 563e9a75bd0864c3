CREATE TABLE base (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE late (a int);
