-- Event triggers.
SELECT
  e.oid AS _id,
  'event trigger' AS _kind,
  e.evtname AS _name,
  pg_get_userbyid(e.evtowner) AS _owner,
  e.evtevent AS event,
  (SELECT string_agg(quote_literal(t.tag), ', ' ORDER BY t.place) FROM unnest(e.evttags) WITH ORDINALITY AS t(tag, place)) AS tags,
  e.evtfoid::regproc::text AS function,
  CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_event_trigger e
