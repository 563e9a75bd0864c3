-- Security labels.
SELECT l.classoid::int8::int4 AS class, l.objoid AS id, l.objsubid AS sub, l.provider, l.label
FROM pg_seclabel l
