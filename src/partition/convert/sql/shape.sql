-- What a table is made of, a line each, as far as a conversion counts on it. :"table" its name as text; :"own" the index
-- that the conversion itself makes. With search_path empty: every name whole.
SELECT coalesce(pg_catalog.json_agg(line ORDER BY line COLLATE "C"), '[]')::jsonb AS "shape"
FROM (SELECT pg_catalog.to_regclass(:"table")) AS t (oid)
CROSS JOIN LATERAL (
  SELECT pg_catalog.format('column %I %s%s%s%s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> y.typcollation THEN pg_catalog.format(' COLLATE %s', a.attcollation) END,
    CASE WHEN a.attnotnull THEN ' NOT NULL' END,
    CASE WHEN a.attidentity <> '' THEN ' GENERATED AS IDENTITY' END,
    CASE WHEN d.oid IS NOT NULL THEN pg_catalog.format(CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (%s)' ELSE ' DEFAULT %s' END, pg_catalog.pg_get_expr(d.adbin, d.adrelid)) END) AS line
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT pg_catalog.format('constraint %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid))
  FROM pg_catalog.pg_constraint k WHERE k.conrelid = t.oid AND k.conparentid = 0 AND k.contype IN ('c', 'f', 'p', 'u', 'x')
  UNION ALL
  SELECT pg_catalog.format('reference %I of %s', k.conname, k.conrelid::regclass)
  FROM pg_catalog.pg_constraint k WHERE k.confrelid = t.oid AND k.conrelid <> t.oid AND k.conparentid = 0 AND k.contype = 'f'
  UNION ALL
  SELECT pg_catalog.format('index %s', pg_catalog.pg_get_indexdef(i.indexrelid))
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = t.oid AND c.relname <> :"own" AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT pg_catalog.format('trigger %s', pg_catalog.pg_get_triggerdef(g.oid))
  FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgname !~ '^zzz_veza_'
  UNION ALL
  SELECT pg_catalog.format('policy %I FOR %s TO %s USING (%s) WITH CHECK (%s)', p.polname, p.polcmd, p.polroles::regrole[]::text, pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
  FROM pg_catalog.pg_policy p WHERE p.polrelid = t.oid
  UNION ALL
  SELECT pg_catalog.format('row security %s', CASE WHEN c.relforcerowsecurity THEN 'forced' ELSE 'enabled' END)
  FROM pg_catalog.pg_class c WHERE c.oid = t.oid AND c.relrowsecurity
  UNION ALL
  SELECT pg_catalog.format('statistics %I', s.stxname) FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = t.oid
  UNION ALL
  SELECT DISTINCT pg_catalog.format('view %I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.oid AND c.oid <> t.oid
) AS lines
