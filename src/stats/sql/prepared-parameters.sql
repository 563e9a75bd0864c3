-- How many parameters the statement takes that was prepared to be explained.
SELECT pg_catalog.cardinality(p.parameter_types)::int AS "count"
FROM pg_catalog.pg_prepared_statements AS p
WHERE p.name = 'veza_explain'
