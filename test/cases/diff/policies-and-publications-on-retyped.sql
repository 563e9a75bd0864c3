-- policies and publications on retyped
-- since 15
CREATE TABLE t (id int PRIMARY KEY, o text); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR SELECT TO pg_monitor USING (o = current_user); COMMENT ON POLICY p ON t IS 'x'; CREATE PUBLICATION pb FOR TABLE t (id, o) WHERE (id > 3); CREATE STATISTICS st ON id, o FROM t;
-- becomes
CREATE TABLE t (id bigint PRIMARY KEY, o varchar(40)); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR SELECT TO pg_monitor USING (o = current_user); COMMENT ON POLICY p ON t IS 'x'; CREATE PUBLICATION pb FOR TABLE t (id, o) WHERE (id > 3); CREATE STATISTICS st ON id, o FROM t;
