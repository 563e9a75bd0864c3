-- The copies that have missed something, since one of the two tables was changed: written by the triggers that keep them
-- equal, in the transaction of whoever wrote. No constraint that one writer could wait for another at.
CREATE TABLE :"failures" (
  schema_name text NOT NULL,
  -- the trigger function of the copy
  sync text NOT NULL,
  failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sqlstate text NOT NULL,
  message text NOT NULL
)
