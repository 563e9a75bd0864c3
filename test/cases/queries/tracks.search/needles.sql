INSERT INTO users (id, email, username, password_hash) VALUES (1, '1@x', 'ana', 'x');
INSERT INTO tracks (id, user_id, title, artist, genre, audio_url, duration, file_size, file_format, play_count) VALUES
    (1, 1, '100% a_b',  NULL,        NULL,   'a', 1, 1, 'mp3', 6),
    (2, 1, 'axb',       'ÉMILE',     NULL,   'a', 1, 1, 'mp3', 5),
    (3, 1, 'back\slash', 'O''Neil',  'r&b',  'a', 1, 1, 'mp3', 4),
    (4, 1, '🎵',        'Кино',      'рок',  'a', 1, 1, 'mp3', 3);
