ALTER PUBLICATION pb SET (publish_via_partition_root = true);
