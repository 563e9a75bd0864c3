-- By rank, followers, public tracks, id. Closed accounts are not found.
INSERT INTO users (id, email, username, password_hash, first_name, last_name, is_active) VALUES
    (1, '1@x', 'Marina',  'x', NULL,    NULL,     true),
    (2, '2@x', 'omar',    'x', 'Omar',  'Sy',     true),
    (3, '3@x', 'paul',    'x', 'Paul',  'Martin', true),
    (4, '4@x', 'lea',     'x', 'Marie', NULL,     true),
    (5, '5@x', 'kamar',   'x', NULL,    NULL,     false),
    (6, '6@x', 'remark',  'x', NULL,    NULL,     true),
    (7, '7@x', 'nobody',  'x', 'No',    'Body',   true),
    (8, '8@x', 'tamara',  'x', NULL,    NULL,     true);
INSERT INTO follows (follower_id, following_id) VALUES (1, 2), (3, 2), (1, 4), (2, 4), (3, 4), (7, 4), (1, 6), (2, 8), (1, 7), (2, 7), (1, 5), (2, 5), (3, 5);
INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format, is_public) VALUES
    (8, 'T', 'a', 1, 1, 'mp3', true), (6, 'T', 'a', 1, 1, 'mp3', false), (6, 'T', 'a', 1, 1, 'mp3', false);
