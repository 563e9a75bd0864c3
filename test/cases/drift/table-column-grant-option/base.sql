CREATE TABLE a (id int);
GRANT SELECT (id) ON a TO pg_monitor;
