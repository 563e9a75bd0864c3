-- grants everywhere
CREATE TABLE t (a int, b int); GRANT SELECT ON t TO pg_monitor; GRANT UPDATE (a) ON t TO pg_monitor; GRANT SELECT (b) ON t TO pg_read_all_data; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor;
-- becomes
CREATE TABLE t (a int, b int); GRANT UPDATE (a) ON t TO pg_monitor;  GRANT INSERT ON t TO pg_monitor WITH GRANT OPTION; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'; CREATE TABLE n (x int); CREATE TABLE n2 (x int); GRANT ALL ON n2 TO pg_monitor; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor;
