-- NOT NULL, keys and indexes of tables that hold rows: plainly, and without blocking writers
CREATE TABLE a (id int, "B,(x)" int, c text, d int); CREATE INDEX a_c ON a (c); CREATE INDEX a_d ON a (d) WITH (fillfactor = 60);
INSERT INTO a VALUES (1, 2, 'x', 3), (2, 3, 'y', 4);
CREATE TABLE p (x int, y int) PARTITION BY LIST (x); CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX p_y ON p (y);
INSERT INTO p VALUES (1, 2);
CREATE TABLE k (x int, y int); CREATE TABLE kk () INHERITS (k); INSERT INTO kk VALUES (1, 1);
CREATE VIEW v AS SELECT c FROM a;
-- becomes
CREATE TABLE a (id int PRIMARY KEY, "B,(x)" int NOT NULL, c text NOT NULL, d int DEFAULT 4 NOT NULL, CONSTRAINT "U,(u)" UNIQUE ("B,(x)") INCLUDE (c) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED, UNIQUE (c, d));
CREATE TABLE r (a int REFERENCES a); COMMENT ON CONSTRAINT a_pkey ON a IS 'the key'; ALTER TABLE a REPLICA IDENTITY USING INDEX a_pkey; ALTER TABLE a CLUSTER ON a_pkey;
INSERT INTO a VALUES (1, 2, 'x', 3), (2, 3, 'y', 4);
CREATE TABLE p (x int NOT NULL, y int NOT NULL, PRIMARY KEY (x)) PARTITION BY LIST (x); CREATE TABLE p1 PARTITION OF p DEFAULT;
INSERT INTO p VALUES (1, 2);
CREATE TABLE k (x int NOT NULL, y int PRIMARY KEY); CREATE TABLE kk () INHERITS (k); INSERT INTO kk VALUES (1, 1);
CREATE VIEW v AS SELECT c, id FROM a;
