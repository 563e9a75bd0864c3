-- The server's clock, in milliseconds since 1970.
SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::double precision AS "serverMs"
