-- serial dropped, plain added
CREATE TABLE t (id serial, x int);
-- becomes
CREATE SEQUENCE t_id_seq; CREATE TABLE t (id int, x int DEFAULT nextval('t_id_seq'));
