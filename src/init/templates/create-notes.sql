-- The first table. Rename it, change it, or delete both files and begin with: veza-db migrate new <name>
--
-- A migration runs in one transaction together with its row in the history table. Once it is applied it is not
-- edited any more: the next change is the next file.

CREATE TABLE notes (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title      text        NOT NULL CHECK (btrim(title) <> ''),
    body       text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- The newest notes first.
CREATE INDEX idx_notes_created_at ON notes (created_at DESC);
