-- Who is logged in where, and who did what.

CREATE TABLE sessions (
    id           varchar(255) PRIMARY KEY CHECK (id <> ''),
    user_id      bigint       NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_id    varchar(255),
    ip_address   inet,
    user_agent   text,
    created_at   timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_used_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at   timestamptz  NOT NULL,
    CONSTRAINT sessions_expire_later CHECK (expires_at > created_at)
)
-- Every request stamps last_used_at, which no index holds.
WITH (fillfactor = 80);

CREATE INDEX idx_sessions_user_id    ON sessions (user_id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);
CREATE INDEX idx_sessions_device_id  ON sessions (device_id) WHERE device_id IS NOT NULL;

COMMENT ON TABLE sessions IS 'Live sessions. Expired ones are purged by expires_at.';
COMMENT ON COLUMN sessions.id IS 'Store a hash of the bearer token here, not the token: whoever reads this table could use it.';

-- Split by month like chat_messages, and for the same reasons with a sequence of its own. user_id is no
-- foreign key: the trail keeps its actor when the account is gone, and an entry is never refused.
CREATE SEQUENCE audit_logs_id_seq AS bigint;

CREATE TABLE audit_logs (
    id            bigint       NOT NULL DEFAULT nextval('audit_logs_id_seq'),
    user_id       bigint,
    action        varchar(100) NOT NULL CHECK (action <> ''),
    resource_type varchar(50)  NOT NULL CHECK (resource_type <> ''),
    resource_id   bigint,
    old_values    jsonb,
    new_values    jsonb,
    ip_address    inet,
    created_at    timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id, created_at)
)
PARTITION BY RANGE (created_at);

ALTER SEQUENCE audit_logs_id_seq OWNED BY audit_logs.id;

-- The questions of an audit, each answered newest first: what did he do, who did this, what happened to it, and when.
CREATE INDEX idx_audit_logs_user_id    ON audit_logs (user_id, created_at DESC);
CREATE INDEX idx_audit_logs_action     ON audit_logs (action, created_at DESC);
CREATE INDEX idx_audit_logs_resource   ON audit_logs (resource_type, resource_id, created_at DESC);
CREATE INDEX idx_audit_logs_created_at ON audit_logs (created_at DESC);

COMMENT ON TABLE audit_logs IS 'Who did what to which resource, in monthly partitions by created_at (UTC).';
COMMENT ON COLUMN audit_logs.user_id IS 'The actor, also when the account no longer exists; NULL for the platform itself.';

SELECT create_month_partitions('audit_logs', (CURRENT_TIMESTAMP AT TIME ZONE 'UTC' - interval '1 month')::date, 8);
