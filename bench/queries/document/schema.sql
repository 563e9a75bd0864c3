-- The tables of the specification, as it has them: no zone in times, NULL wherever a default stands, nothing counted.
CREATE TABLE users (
    id bigserial PRIMARY KEY, email varchar(255) NOT NULL UNIQUE, username varchar(50) NOT NULL UNIQUE,
    password_hash varchar(255) NOT NULL, first_name varchar(100), last_name varchar(100), bio text, avatar_url varchar(500),
    location varchar(200), website varchar(500), email_verified boolean DEFAULT false, is_active boolean DEFAULT true,
    created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now(), last_login_at timestamp
);
CREATE TABLE user_profiles (
    user_id bigint PRIMARY KEY, preferences jsonb DEFAULT '{}', social_links jsonb DEFAULT '{}',
    notification_settings jsonb DEFAULT '{}', updated_at timestamp DEFAULT now()
);
CREATE TABLE tracks (
    id bigserial PRIMARY KEY, user_id bigint NOT NULL, title varchar(255) NOT NULL, artist varchar(255), album varchar(255),
    genre varchar(100), description text, audio_url varchar(500) NOT NULL, waveform_url varchar(500), duration integer NOT NULL,
    file_size bigint NOT NULL, file_format varchar(20) NOT NULL, metadata jsonb DEFAULT '{}', is_public boolean DEFAULT true,
    is_explicit boolean DEFAULT false, play_count integer DEFAULT 0, like_count integer DEFAULT 0,
    created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now()
);
CREATE TABLE playlists (
    id bigserial PRIMARY KEY, user_id bigint NOT NULL, name varchar(255) NOT NULL, description text, cover_url varchar(500),
    is_public boolean DEFAULT true, track_count integer DEFAULT 0, duration integer DEFAULT 0,
    created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now()
);
CREATE TABLE playlist_tracks (
    playlist_id bigint, track_id bigint, position integer NOT NULL, added_at timestamp DEFAULT now(),
    PRIMARY KEY (playlist_id, track_id)
);
CREATE TABLE chat_rooms (
    id bigserial PRIMARY KEY, name varchar(255) NOT NULL, description text, type varchar(50) DEFAULT 'public', created_by bigint,
    max_participants integer DEFAULT 100, is_private boolean DEFAULT false,
    created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now()
);
CREATE TABLE chat_room_participants (
    room_id bigint, user_id bigint, role varchar(50) DEFAULT 'member', joined_at timestamp DEFAULT now(),
    last_read_at timestamp DEFAULT now(), PRIMARY KEY (room_id, user_id)
);
CREATE TABLE chat_messages (
    id bigserial PRIMARY KEY, room_id bigint NOT NULL, user_id bigint NOT NULL, content text NOT NULL,
    message_type varchar(50) DEFAULT 'text', metadata jsonb DEFAULT '{}', reply_to_id bigint, is_edited boolean DEFAULT false,
    created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now()
);
CREATE TABLE likes (user_id bigint, track_id bigint, created_at timestamp DEFAULT now(), PRIMARY KEY (user_id, track_id));
CREATE TABLE follows (
    follower_id bigint, following_id bigint, created_at timestamp DEFAULT now(), PRIMARY KEY (follower_id, following_id)
);
CREATE TABLE comments (
    id bigserial PRIMARY KEY, user_id bigint NOT NULL, track_id bigint NOT NULL, content text NOT NULL, parent_id bigint,
    like_count integer DEFAULT 0, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now()
);
