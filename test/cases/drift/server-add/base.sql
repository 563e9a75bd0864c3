-- alone: reaches beyond its schema
CREATE FOREIGN DATA WRAPPER w;
