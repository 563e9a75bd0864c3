-- Extensions, plpgsql among them; what belongs to them is left out elsewhere.
SELECT e.oid AS _id, 'extension' AS _kind, e.extname AS _name, n.nspname AS schema, e.extversion AS version, e.extrelocatable AS _relocatable
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
