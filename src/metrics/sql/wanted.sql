-- Whether somebody drops, renames, moves or copies this database: he waits up to 5 s until everybody else has left it.
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_database AS d ON d.oid = l.objid AND d.datname = pg_catalog.current_database()
  WHERE l.locktype = 'object' AND l.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND l.granted
    AND l.mode IN ('ShareLock', 'AccessExclusiveLock')
) AS "isWanted"
