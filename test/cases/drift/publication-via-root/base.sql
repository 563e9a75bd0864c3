-- alone: reaches beyond its schema
CREATE PUBLICATION pb;
