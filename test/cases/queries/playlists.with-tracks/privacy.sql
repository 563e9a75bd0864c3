-- Ana's playlist holds a private track of hers, a private one of Bo's, and two public ones.
INSERT INTO users (id, email, username, password_hash, avatar_url) VALUES (1, '1@x', 'ana', 'x', 'https://cdn/1'), (2, '2@x', 'bo', 'x', NULL), (3, '3@x', 'cy', 'x', NULL);
INSERT INTO tracks (id, user_id, title, artist, audio_url, duration, file_size, file_format, is_public) VALUES
    (11, 1, 'Hers',   'Ana', 'https://a/11', 100, 1, 'mp3', false),
    (12, 2, 'His',    'Bo',  'https://a/12', 200, 1, 'mp3', false),
    (13, 2, 'Public', NULL,  'https://a/13', 300, 1, 'mp3', true),
    (14, 1, 'Open',   'Ana', 'https://a/14', 400, 1, 'mp3', true);
INSERT INTO playlists (id, user_id, name, description, cover_url, is_public, created_at) VALUES
    (21, 1, 'Mixed', 'of all', 'https://c/21', true, '2024-01-01'), (22, 1, 'Own', NULL, NULL, false, '2024-01-02'), (23, 1, 'Empty', NULL, NULL, true, '2024-01-03');
INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (21, 13, 7), (21, 11, 0), (21, 12, 3), (21, 14, 9), (22, 12, 1), (22, 13, 2);
