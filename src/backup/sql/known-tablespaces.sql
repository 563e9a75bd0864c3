-- The tablespaces of this cluster.
SELECT spcname AS name FROM pg_catalog.pg_tablespace;
