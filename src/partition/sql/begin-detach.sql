-- Says that a partition is about to be detached, unless that is known already.
INSERT INTO :"archive" (partition_oid, schema_name, partition_name, table_name, bound, reason)
SELECT $1::int8::oid, $2, $3, $4, $5, 'retain'
WHERE NOT EXISTS (SELECT FROM :"archive" WHERE partition_oid = $1::int8::oid AND dropped_at IS NULL)
