-- The log: every attempt, failed ones too. Rows are only ever added.
CREATE TABLE IF NOT EXISTS :"log" (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  migration_id varchar(255) NOT NULL,
  name varchar(255) NOT NULL,
  action varchar(20) NOT NULL,
  outcome varchar(20) NOT NULL CHECK (outcome IN ('done', 'failed')),
  logged_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  duration_ms bigint NOT NULL,
  statement_number integer,
  sqlstate varchar(5),
  message text,
  done_by varchar(255) NOT NULL DEFAULT session_user,
  client_host text,
  tool_version varchar(50) NOT NULL
)
