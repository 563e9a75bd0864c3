CREATE TABLE logs (at int, size int, note text) PARTITION BY RANGE (at);
CREATE TABLE logs_a (at int, size int);
CREATE TABLE logs_b (at int, size int) PARTITION BY RANGE (size);
CREATE TABLE base (a int, b int CHECK (b > 0));
CREATE TABLE kid (a int);
