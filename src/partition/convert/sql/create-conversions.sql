-- How far each conversion has come: what a run that was killed goes on from.
CREATE TABLE :"conversions" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('convert', 'drain', 'undo')),
  phase text NOT NULL,
  is_paused boolean NOT NULL DEFAULT false,
  spec jsonb NOT NULL,
  -- where the copy stands: the table of the source, and its next block
  leaf integer NOT NULL DEFAULT 0,
  block bigint NOT NULL DEFAULT 0,
  filenode oid,
  copied bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('done', 'aborted', 'rolled back'))
)
