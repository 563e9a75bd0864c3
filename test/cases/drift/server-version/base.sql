-- alone: reaches beyond its schema
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER sv FOREIGN DATA WRAPPER w;
