-- Two tracks whose plays no double can add up.
INSERT INTO users (id, email, username, password_hash) VALUES (1, 'a@veza.app', 'a', 'x');
INSERT INTO tracks (id, user_id, title, audio_url, duration, file_size, file_format, play_count) VALUES
    (11, 1, 'One', 'a', 1, 1, 'mp3', 9007199254740993), (12, 1, 'Two', 'a', 1, 1, 'mp3', 2);
