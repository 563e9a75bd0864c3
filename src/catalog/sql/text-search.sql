-- Text search parsers, templates, dictionaries and configurations.
SELECT
  p.oid AS _id, 'text search parser' AS _kind, n.nspname AS _schema, p.prsname AS _name, NULL AS _owner,
  p.prsstart::regproc::text AS start, p.prstoken::regproc::text AS gettoken, p.prsend::regproc::text AS "end",
  p.prslextype::regproc::text AS lextypes, CASE WHEN p.prsheadline <> 0 THEN p.prsheadline::regproc::text END AS headline,
  NULL AS init, NULL AS lexize, NULL AS template, NULL AS options, NULL AS parser, NULL AS mappings
FROM pg_ts_parser p
JOIN pg_namespace n ON n.oid = p.prsnamespace
WHERE p.oid >= 16384
UNION ALL
SELECT
  t.oid, 'text search template', n.nspname, t.tmplname, NULL,
  NULL, NULL, NULL, NULL, NULL,
  CASE WHEN t.tmplinit <> 0 THEN t.tmplinit::regproc::text END, t.tmpllexize::regproc::text, NULL, NULL, NULL, NULL
FROM pg_ts_template t
JOIN pg_namespace n ON n.oid = t.tmplnamespace
WHERE t.oid >= 16384
UNION ALL
SELECT
  d.oid, 'text search dictionary', n.nspname, d.dictname, pg_get_userbyid(d.dictowner),
  NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname), d.dictinitoption, NULL, NULL
FROM pg_ts_dict d
JOIN pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
WHERE d.oid >= 16384
UNION ALL
SELECT
  c.oid, 'text search configuration', n.nspname, c.cfgname, pg_get_userbyid(c.cfgowner),
  NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, quote_ident(pn.nspname) || '.' || quote_ident(p.prsname),
  (
    SELECT string_agg(format('%I WITH %s', (SELECT k.alias FROM ts_token_type(c.cfgparser) k WHERE k.tokid = m.maptokentype), m.dictionaries), E'\n' ORDER BY m.maptokentype)
    FROM (
      SELECT x.maptokentype, string_agg(x.mapdict::regdictionary::text, ', ' ORDER BY x.mapseqno) AS dictionaries
      FROM pg_ts_config_map x
      WHERE x.mapcfg = c.oid
      GROUP BY x.maptokentype
    ) m
  )
FROM pg_ts_config c
JOIN pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_namespace pn ON pn.oid = p.prsnamespace
WHERE c.oid >= 16384
