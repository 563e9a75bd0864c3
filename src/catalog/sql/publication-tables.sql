-- What publications hold: tables, with their columns and row filters.
SELECT
  r.oid AS _id,
  'publication table' AS _kind,
  format('%I %s', p.pubname, r.prrelid::regclass) AS _label,
  quote_ident(p.pubname) AS publication,
  r.prrelid::regclass::text AS "table",
  (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.attributes)) AS columns,
  pg_get_expr(r.filter, r.prrelid) AS "where"
FROM (SELECT NULL::int2vector AS prattrs, NULL::pg_node_tree AS prqual) AS absent
CROSS JOIN LATERAL (SELECT k.*, prattrs AS attributes, prqual AS filter FROM pg_publication_rel k) r
JOIN pg_publication p ON p.oid = r.prpubid
