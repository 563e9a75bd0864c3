-- Two accounts of May beside eight older ones: counted account by account. Since January, table by table.
INSERT INTO users (id, email, username, password_hash, created_at, is_active) SELECT n, n || '@x', 'u' || n, 'x', '2024-01-01', true FROM generate_series(1, 8) n;
INSERT INTO users (id, email, username, password_hash, created_at, is_active) VALUES
    (21, '21@x', 'ana', 'x', '2024-05-01 00:00+00', true), (22, '22@x', 'bo', 'x', '2024-05-02 00:00+00', false);
INSERT INTO tracks (id, user_id, title, audio_url, duration, file_size, file_format, play_count, is_public, created_at) VALUES
    (31, 21, 'A', 'a', 100, 1, 'mp3', 10, true, '2024-05-03 00:00+00'), (32, 21, 'B', 'a', 201, 1, 'mp3', 20, false, '2024-05-04 00:00+00'),
    (33, 1, 'C', 'a', 300, 1, 'mp3', 5, true, '2024-01-03 00:00+00');
INSERT INTO likes (user_id, track_id) VALUES (1, 31), (2, 31), (1, 32), (2, 33);
INSERT INTO playlists (user_id, name, is_public) VALUES (21, 'A', true), (21, 'B', false), (1, 'C', true);
INSERT INTO follows (follower_id, following_id) VALUES (21, 1), (21, 2), (1, 21), (2, 21), (3, 21), (1, 2);
INSERT INTO comments (user_id, track_id, content) VALUES (21, 31, 'a'), (21, 33, 'b'), (1, 31, 'c');
