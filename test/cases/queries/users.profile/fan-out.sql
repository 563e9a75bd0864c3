-- Two tracks, two playlists, two whom she follows, three who follow her: joined to one another they would be 24 rows.
INSERT INTO users (id, email, username, password_hash, first_name, last_name, bio, avatar_url, location, website, created_at, last_login_at) VALUES
    (1, 'ana@veza.app', 'ana', 'x', 'Ana', 'Lima', 'sings', 'https://cdn/ana', 'Porto', 'https://ana.example', '2024-01-01 10:00+00', '2024-06-01 08:30:00.123456+00');
INSERT INTO users (id, email, username, password_hash) SELECT n, 'u' || n || '@veza.app', 'u' || n, 'x' FROM generate_series(2, 6) n;
INSERT INTO user_profiles (user_id, preferences, social_links, notification_settings) VALUES (1, '{"theme": "dark"}', '{"x": "@ana"}', '{"mail": true}');
INSERT INTO tracks (id, user_id, title, audio_url, duration, file_size, file_format, play_count) VALUES
    (11, 1, 'One', 'a', 100, 1, 'mp3', 10), (12, 1, 'Two', 'a', 200, 1, 'mp3', 20), (13, 2, 'Other', 'a', 300, 1, 'mp3', 1000);
INSERT INTO likes (user_id, track_id) VALUES (2, 11), (2, 12), (3, 12), (4, 13);
INSERT INTO playlists (id, user_id, name) VALUES (21, 1, 'Mine'), (22, 1, 'Yours'), (23, 2, 'Other');
INSERT INTO follows (follower_id, following_id) VALUES (1, 2), (1, 3), (4, 1), (5, 1), (6, 1), (2, 3);
