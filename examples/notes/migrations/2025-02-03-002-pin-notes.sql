ALTER TABLE notes ADD COLUMN is_pinned boolean NOT NULL DEFAULT false;

CREATE INDEX notes_pinned_idx ON notes (created_at) WHERE is_pinned;
