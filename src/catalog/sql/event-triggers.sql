-- Event triggers.
SELECT
  e.oid AS _id,
  'event trigger' AS _kind,
  e.evtname AS _name,
  pg_get_userbyid(e.evtowner) AS _owner,
  e.evtevent AS event,
  (SELECT string_agg(quote_literal(tag), ', ' ORDER BY tag) FROM unnest(e.evttags) tag) AS tags,
  e.evtfoid::regproc::text AS function,
  CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_event_trigger e
