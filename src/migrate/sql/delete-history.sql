-- Takes a migration out of the history, inside the transaction that took it back.
DELETE FROM :"history" WHERE id = :'id'
