-- The ids in a history table that another tool has written.
SELECT id::text AS "id", name::text AS "name" FROM :"history" ORDER BY 1 LIMIT 100
