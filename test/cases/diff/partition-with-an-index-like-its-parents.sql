CREATE TABLE m (a int, b int) PARTITION BY LIST (a);
CREATE INDEX m_b ON m (b);
CREATE TABLE p (a int, b int);
CREATE INDEX own ON p (b);
-- becomes
CREATE TABLE m (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p (a int, b int);
ALTER TABLE m ATTACH PARTITION p FOR VALUES IN (1);
CREATE INDEX m_b ON m (b);
CREATE INDEX own ON p (b);
