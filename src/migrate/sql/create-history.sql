-- The history table: what is applied. A migration and its row are committed together.
CREATE TABLE IF NOT EXISTS :"history" (
  id varchar(255) PRIMARY KEY,
  name varchar(255) NOT NULL,
  sql_content text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  checksum varchar(64) NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'applied' CHECK (status IN ('applied', 'partial')),
  statements_done integer NOT NULL CHECK (statements_done >= 0),
  statements_total integer NOT NULL CHECK (statements_total >= statements_done),
  duration_ms bigint NOT NULL,
  applied_by varchar(255) NOT NULL DEFAULT session_user,
  tool_version varchar(50) NOT NULL,
  down_sql text
)
