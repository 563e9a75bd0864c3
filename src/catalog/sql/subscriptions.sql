-- Subscriptions, as far as everybody may read them.
SELECT
  s.oid AS _id,
  'subscription' AS _kind,
  s.subname AS _name,
  pg_get_userbyid(s.subowner) AS _owner,
  NOT s.subenabled AS disabled,
  s.subslotname::text AS slot,
  nullif(s.subsynccommit, 'off') AS "synchronous commit",
  array_to_string(s.subpublications, ', ') AS publications,
  s.subbinary AS "binary",
  nullif(s.streaming, 'f') AS streaming,
  s.two_phase AS "two phase",
  s.disable_on_error AS "disable on error",
  NOT s.password_required AS "no password required",
  s.run_as_owner AS "run as owner",
  nullif(s.origin, 'any') AS origin,
  s.failover AS failover
FROM (
  SELECT 'd' AS subtwophasestate, false AS subdisableonerr, true AS subpasswordrequired, false AS subrunasowner, 'any' AS suborigin, false AS subfailover
) AS absent
CROSS JOIN LATERAL (
  SELECT
    k.oid, k.subname, k.subowner, k.subdbid, k.subenabled, k.subslotname, k.subsynccommit, k.subpublications, k.subbinary,
    CASE k.substream::text WHEN 'true' THEN 't' WHEN 'false' THEN 'f' ELSE k.substream::text END AS streaming,
    subtwophasestate <> 'd' AS two_phase, subdisableonerr AS disable_on_error, subpasswordrequired AS password_required,
    subrunasowner AS run_as_owner, suborigin::text AS origin, subfailover AS failover
  FROM pg_subscription k
) s
WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
