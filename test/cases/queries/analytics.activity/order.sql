-- Everything at one moment, but for one of each kind before it.
INSERT INTO users (id, email, username, password_hash, avatar_url) VALUES (1, '1@x', 'ana', 'x', 'https://cdn/1'), (2, '2@x', 'bo', 'x', NULL), (3, '3@x', 'cy', 'x', NULL);
INSERT INTO tracks (id, user_id, title, audio_url, duration, file_size, file_format, is_public, created_at) VALUES
    (11, 1, 'Old', 'a', 1, 1, 'mp3', true, '2024-01-01 00:00+00'), (12, 1, 'Now', 'a', 1, 1, 'mp3', true, '2024-02-01 00:00+00'),
    (13, 2, 'Too', 'a', 1, 1, 'mp3', true, '2024-02-01 00:00+00'), (14, 2, 'Hidden', 'a', 1, 1, 'mp3', false, '2024-02-01 00:00+00');
INSERT INTO playlists (id, user_id, name, is_public, created_at) VALUES (13, 1, 'List', true, '2024-02-01 00:00+00'), (22, 1, 'Hidden', false, '2024-02-01 00:00+00'), (23, 1, 'Old list', true, '2024-01-01 00:00+00');
INSERT INTO follows (follower_id, following_id, created_at) VALUES
    (2, 3, '2024-02-01 00:00+00'), (1, 3, '2024-02-01 00:00+00'), (1, 2, '2024-02-01 00:00+00'), (3, 1, '2024-01-01 00:00+00');
