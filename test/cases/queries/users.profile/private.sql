-- What is private does not count; an account that is closed still has a profile, for those who look after it.
INSERT INTO users (id, email, username, password_hash, is_active) VALUES (1, 'a@veza.app', 'a', 'x', false), (2, 'b@veza.app', 'b', 'x', true);
INSERT INTO tracks (id, user_id, title, audio_url, duration, file_size, file_format, play_count, is_public) VALUES
    (11, 1, 'Shown', 'a', 100, 1, 'mp3', 5, true), (12, 1, 'Hidden', 'a', 100, 1, 'mp3', 7, false);
INSERT INTO likes (user_id, track_id) VALUES (1, 11), (1, 12), (2, 12);
INSERT INTO playlists (user_id, name, is_public) VALUES (1, 'Shown', true), (1, 'Hidden', false);
