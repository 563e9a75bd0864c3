CREATE TABLE a (id int);
GRANT SELECT ON a TO pg_monitor;
