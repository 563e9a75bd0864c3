-- Makes the monthly partitions of a table, by a function of the schema: (table, first month, months).
SELECT :"function"($1::pg_catalog.regclass, $2::pg_catalog.date, $3::pg_catalog.int4)
