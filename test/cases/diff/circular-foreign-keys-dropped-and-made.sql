-- circular foreign keys dropped and made
CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
CREATE TABLE k (x int);
-- becomes
CREATE TABLE k (x int);
