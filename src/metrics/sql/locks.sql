-- Locks by database and mode; every mode is named, with 0 where nobody has or wants it.
SELECT d.datname::text AS "datname", m.mode AS "mode", count(l.mode)::int AS "locks"
FROM (VALUES ('accesssharelock'), ('rowsharelock'), ('rowexclusivelock'), ('shareupdateexclusivelock'),
             ('sharelock'), ('sharerowexclusivelock'), ('exclusivelock'), ('accessexclusivelock'),
             ('sireadlock')) AS m (mode)
CROSS JOIN pg_catalog.pg_database AS d
LEFT JOIN pg_catalog.pg_locks AS l ON l.database = d.oid AND pg_catalog.lower(l.mode) = m.mode
GROUP BY d.datname, m.mode
ORDER BY d.datname, m.mode
