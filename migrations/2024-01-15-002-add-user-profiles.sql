-- Two weeks later people want to show who they are: public details on the account, and a profile
-- with what they prefer.

ALTER TABLE users
    ADD COLUMN first_name     varchar(100),
    ADD COLUMN last_name      varchar(100),
    ADD COLUMN bio            text,
    ADD COLUMN avatar_url     varchar(500),
    ADD COLUMN location       varchar(200),
    ADD COLUMN website        varchar(500),
    ADD COLUMN email_verified boolean NOT NULL DEFAULT false,
    ADD COLUMN is_active      boolean NOT NULL DEFAULT true,
    ADD COLUMN last_login_at  timestamptz;

-- At most one profile per account; an account without one is normal.
CREATE TABLE user_profiles (
    user_id               bigint      PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    preferences           jsonb       NOT NULL DEFAULT '{}',
    social_links          jsonb       NOT NULL DEFAULT '{}',
    notification_settings jsonb       NOT NULL DEFAULT '{}',
    updated_at            timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TRIGGER user_profiles_set_updated_at
    BEFORE UPDATE ON user_profiles
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE user_profiles IS 'Settings of an account; zero or one row per account.';
