-- What is to be dropped with an extension (ALTER … DEPENDS ON EXTENSION).
SELECT d.classid::int8::int4 AS class, d.objid AS id, string_agg(quote_ident(e.extname), ', ' ORDER BY e.extname) AS extensions
FROM pg_depend d
JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 3079 AND d.deptype = 'x'
GROUP BY 1, 2
