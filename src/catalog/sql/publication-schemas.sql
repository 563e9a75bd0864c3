-- Schemas that publications hold whole (15 and newer).
SELECT
  r.oid AS _id,
  'publication schema' AS _kind,
  format('%I %I', p.pubname, n.nspname) AS _label,
  quote_ident(p.pubname) AS publication,
  quote_ident(n.nspname) AS schema
FROM pg_publication_namespace r
JOIN pg_publication p ON p.oid = r.pnpubid
JOIN pg_namespace n ON n.oid = r.pnnspid
