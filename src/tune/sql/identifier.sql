-- The number that initdb gave the cluster: its copies bear it too, other clusters do not.
SELECT c.system_identifier::text AS "identifier" FROM pg_catalog.pg_control_system() AS c
