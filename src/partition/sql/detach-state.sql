-- Whether a partition is still attached, and whether its detaching was begun and not finished.
SELECT i.inhdetachpending AS "isPending" FROM pg_catalog.pg_inherits i WHERE i.inhrelid = $1::int8::oid
