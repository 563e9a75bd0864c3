-- What the database says of the tables named in $1 (a JSON array), in their order. One that is not there has no schema.
SELECT
  w.name AS "name",
  c.oid IS NOT NULL AS "isThere",
  n.nspname AS "schema",
  c.relname AS "table",
  c.relkind AS "relkind",
  COALESCE(pg_catalog.pg_has_role(c.relowner, 'USAGE'), false) AS "isOwned",
  COALESCE(pg_catalog.has_table_privilege(c.oid, 'INSERT'), false) AS "canInsert",
  COALESCE(pg_catalog.has_table_privilege(c.oid, 'SELECT'), false) AS "canSelect",
  COALESCE(pg_catalog.has_table_privilege(c.oid, 'TRUNCATE'), false) AS "canTruncate",
  COALESCE(cols.list, '[]') AS "columns",
  COALESCE(trig.list, '[]') AS "triggers"
FROM pg_catalog.jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS w (name, place)
LEFT JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(
  CASE WHEN pg_catalog.strpos(w.name, '.') > 0
       THEN pg_catalog.quote_ident(pg_catalog.split_part(w.name, '.', 1)) || '.' || pg_catalog.quote_ident(pg_catalog.split_part(w.name, '.', 2))
       ELSE pg_catalog.quote_ident(w.name)
  END)
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  SELECT pg_catalog.jsonb_agg(
           pg_catalog.jsonb_build_object(
             'name', a.attname,
             'isRequired', a.attnotnull AND NOT a.atthasdef AND a.attidentity = '',
             'isGenerated', a.attgenerated <> '',
             'sequence', s.name,
             'canMoveSequence', COALESCE(pg_catalog.has_sequence_privilege(s.name, 'UPDATE')
               AND pg_catalog.has_sequence_privilege(s.name, 'USAGE, SELECT'), true))
           ORDER BY a.attnum) AS list
  FROM pg_catalog.pg_attribute a
  CROSS JOIN LATERAL (
    SELECT pg_catalog.pg_get_serial_sequence(pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname) AS name
  ) s
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) cols ON true
LEFT JOIN LATERAL (
  SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', t.tgname, 'enabled', t.tgenabled) ORDER BY t.tgname) AS list
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
) trig ON true
ORDER BY w.place
