-- Says how long a migration took whose row came by COPY, inside the same transaction.
UPDATE :"history" SET
  duration_ms = pg_catalog.round(
    extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp())::numeric * 1000
  )
WHERE id = :'id'
