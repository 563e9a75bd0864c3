-- How many large objects there are.
SELECT pg_catalog.count(*)::text AS number FROM pg_catalog.pg_largeobject_metadata;
