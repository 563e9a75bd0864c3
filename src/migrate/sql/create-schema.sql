-- The schema of the history table.
CREATE SCHEMA IF NOT EXISTS :"schema"
