-- One transaction for the whole run. No time limit of the server's is meant for it, but nobody waits for locks for ever.
BEGIN;
SELECT pg_catalog.set_config('lock_timeout', :"lock_timeout", true),
       pg_catalog.set_config('statement_timeout', '0', true),
       pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true),
       pg_catalog.set_config('TimeZone', 'UTC', true),
       pg_catalog.set_config('DateStyle', 'ISO', true)
