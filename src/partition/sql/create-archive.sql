-- What maintain has detached, what became of it, and what retain may drop.
CREATE TABLE :"archive" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partition_oid oid NOT NULL,
  schema_name text NOT NULL,
  partition_name text NOT NULL,
  table_name text NOT NULL,
  bound text NOT NULL,
  -- moved: every row of it stands elsewhere too, no dump is needed
  reason text NOT NULL CHECK (reason IN ('retain', 'moved')),
  detached_at timestamptz,
  rows bigint,
  file text,
  bytes bigint,
  sha256 text,
  archived_at timestamptz,
  dropped_at timestamptz
)
