-- foreign tables and servers
-- extension postgres_fdw
CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a'); CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'x'); CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'b'), c text) SERVER s OPTIONS (table_name 't'); CREATE VIEW v AS SELECT a FROM ft;
-- becomes
CREATE EXTENSION postgres_fdw; CREATE SERVER s2 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'b'); CREATE FOREIGN TABLE ft (a bigint, c text NOT NULL, d int) SERVER s2 OPTIONS (table_name 't2'); CREATE VIEW v AS SELECT a FROM ft;
