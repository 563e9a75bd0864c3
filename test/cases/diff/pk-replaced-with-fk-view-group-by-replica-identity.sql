-- pk replaced with fk, view group by, replica identity
CREATE TABLE a (id int PRIMARY KEY, k int NOT NULL UNIQUE, n text); CREATE TABLE b (a int REFERENCES a); CREATE VIEW v AS SELECT id, n, count(*) FROM a GROUP BY id; ALTER TABLE a REPLICA IDENTITY USING INDEX a_k_key; ALTER TABLE a CLUSTER ON a_pkey;
-- becomes
CREATE TABLE a (id int PRIMARY KEY WITH (fillfactor=50), k int NOT NULL UNIQUE, n text); ALTER TABLE a DROP CONSTRAINT a_pkey; ALTER TABLE a ADD PRIMARY KEY (id) INCLUDE (n); CREATE TABLE b (a int REFERENCES a); CREATE VIEW v AS SELECT id, n, count(*) FROM a GROUP BY id; ALTER TABLE a REPLICA IDENTITY USING INDEX a_k_key; ALTER TABLE a CLUSTER ON a_pkey;
