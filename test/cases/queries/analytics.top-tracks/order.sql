-- By plays, likes and id. 100 and 101 plays share a tier; the private one is the most played of all.
INSERT INTO users (id, email, username, password_hash, avatar_url) VALUES (1, '1@x', 'ana', 'x', 'https://cdn/1'), (2, '2@x', 'bo', 'x', NULL), (3, '3@x', 'cy', 'x', NULL);
INSERT INTO tracks (id, user_id, title, artist, genre, audio_url, duration, file_size, file_format, is_public, play_count, created_at) VALUES
    (11, 1, 'A', 'Ana', 'jazz', 'a', 100, 1, 'mp3', true, 100, '2024-03-01 00:00+00'),
    (12, 1, 'B', NULL, NULL,    'a', 100, 1, 'mp3', true, 101, '2024-02-01 00:00+00'),
    (13, 1, 'C', NULL, NULL,    'a', 100, 1, 'mp3', true, 5,   '2024-04-01 00:00+00'),
    (14, 1, 'D', NULL, NULL,    'a', 100, 1, 'mp3', true, 5,   '2024-03-01 00:00+00'),
    (15, 1, 'E', NULL, NULL,    'a', 100, 1, 'mp3', true, 5,   '2024-03-01 00:00+00'),
    (16, 1, 'F', NULL, NULL,    'a', 100, 1, 'mp3', false, 999, '2024-03-01 00:00+00'),
    (17, 1, 'G', NULL, NULL,    'a', 100, 1, 'mp3', true, 500, '2024-01-01 00:00+00');
INSERT INTO likes (user_id, track_id) VALUES (1, 14), (2, 14), (3, 11);
INSERT INTO comments (user_id, track_id, content) VALUES (1, 11, 'a'), (2, 11, 'b'), (3, 11, 'c');
INSERT INTO playlists (id, user_id, name, is_public) VALUES (21, 1, 'A', true), (22, 2, 'B', true), (23, 3, 'C', false);
INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (21, 11, 0), (22, 11, 0), (23, 11, 0), (23, 12, 1);
