-- What belongs to an extension.
SELECT d.classid::int8::int4 AS class, d.objid AS id
FROM pg_depend d
WHERE d.refclassid = 3079 AND d.deptype = 'e'
