-- Titles before artists and genres, then plays, time and id. 100 and 101 plays are of one tier; 5 and 5 are a tie.
INSERT INTO users (id, email, username, password_hash, avatar_url) VALUES (1, '1@x', 'ana', 'x', 'https://cdn/1'), (2, '2@x', 'bo', 'x', NULL);
INSERT INTO tracks (id, user_id, title, artist, album, genre, description, audio_url, waveform_url, duration, file_size, file_format, metadata, is_public, is_explicit, play_count, created_at) VALUES
    (1, 1, 'Blue Moon',   'Ana',    'Sky', 'jazz',  'first', 'https://a/1', 'https://w/1', 180, 1000, 'mp3', '{"bpm": 90}', true, true, 100, '2024-01-01'),
    (2, 1, 'Moon Blues',  NULL,     NULL,  NULL,    NULL,    'https://a/2', NULL,          181, 1001, 'ogg', '{}',          true, false, 101, '2024-01-01'),
    (3, 2, 'Deep Blue',   NULL,     NULL,  NULL,    NULL,    'https://a/3', NULL,          182, 1002, 'mp3', '{}',          true, false, 5,   '2024-02-01'),
    (4, 2, 'True Blue',   NULL,     NULL,  NULL,    NULL,    'https://a/4', NULL,          183, 1003, 'mp3', '{}',          true, false, 5,   '2024-02-01'),
    (5, 2, 'Blue',        NULL,     NULL,  NULL,    NULL,    'https://a/5', NULL,          184, 1004, 'mp3', '{}',          true, false, 5,   '2024-03-01'),
    (6, 2, 'Secret Blue', NULL,     NULL,  NULL,    NULL,    'https://a/6', NULL,          185, 1005, 'mp3', '{}',          false, false, 999, '2024-03-01'),
    (7, 2, 'Sunday',      'Bluesy', NULL,  'rock',  NULL,    'https://a/7', NULL,          186, 1006, 'mp3', '{}',          true, false, 70,  '2024-03-01'),
    (8, 2, 'Monday',      'Nina',   NULL,  'Blues', NULL,    'https://a/8', NULL,          187, 1007, 'mp3', '{}',          true, false, 5000, '2024-03-01');
INSERT INTO likes (user_id, track_id) VALUES (2, 1), (1, 1), (1, 8);
INSERT INTO comments (user_id, track_id, content) VALUES (1, 1, 'a'), (2, 1, 'b'), (2, 8, 'c');
