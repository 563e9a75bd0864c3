-- What needs what, among what users made.
SELECT
  d.classid::int8::int4 AS class, d.objid AS id, d.objsubid AS sub,
  d.refclassid::int8::int4 AS "refClass", d.refobjid AS "refId", d.refobjsubid AS "refSub",
  d.deptype AS type
FROM pg_depend d
WHERE d.objid >= 16384 AND (d.refobjid >= 16384 OR d.refclassid = 2615) AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
