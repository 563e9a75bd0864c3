-- Where subscriptions connect to; only superusers may read it.
SELECT s.oid AS id, s.subconninfo AS connection
FROM pg_subscription s
WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
