-- A copy is begun anew: what was said of the last one is over. $1 the schema, $2 and $3 the trigger functions.
DELETE FROM :"failures" WHERE schema_name = $1 AND sync IN ($2, $3)
