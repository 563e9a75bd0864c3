-- a new partition of a table whose indexes are there
CREATE TABLE m (id int, at date NOT NULL, PRIMARY KEY (id, at), UNIQUE (at, id)) PARTITION BY RANGE (at);
CREATE INDEX m_at ON m (at);
CREATE INDEX m_lower ON m ((id + 1)) WHERE id > 0;
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
INSERT INTO m VALUES (1, '2024-01-05');
-- becomes
CREATE TABLE m (id int, at date NOT NULL, PRIMARY KEY (id, at), UNIQUE (at, id)) PARTITION BY RANGE (at);
CREATE INDEX m_at ON m (at);
CREATE INDEX m_lower ON m ((id + 1)) WHERE id > 0;
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY LIST (id);
CREATE TABLE m21 PARTITION OF m2 FOR VALUES IN (1);
CREATE INDEX own ON m21 (at, id);
COMMENT ON INDEX m21_at_idx IS 'of the second';
