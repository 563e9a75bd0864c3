-- What keeps a database from being replaced: prepared transactions, and runs of this tool that hold their locks in it.
SELECT (SELECT pg_catalog.count(*)::int FROM pg_catalog.pg_prepared_xacts WHERE database = $1) AS prepared,
       (SELECT pg_catalog.count(*)::int FROM pg_catalog.pg_locks AS l
        JOIN pg_catalog.pg_database AS d ON d.oid = l.database
        WHERE l.locktype = 'advisory' AND l.classid = 1986361953 AND l.objsubid = 2 AND l.granted
          AND d.datname = $1) AS locks,
       (SELECT pg_catalog.count(*)::int FROM pg_catalog.pg_replication_slots WHERE database = $1) AS slots;
