-- Four rooms of Ana's and one that is not hers. Of two messages at one moment the later id is the last.
SELECT create_month_partitions('chat_messages', '2024-01-01', 6);
INSERT INTO users (id, email, username, password_hash, avatar_url) VALUES (1, '1@x', 'ana', 'x', 'https://cdn/1'), (2, '2@x', 'bo', 'x', NULL), (3, '3@x', 'cy', 'x', NULL);
INSERT INTO chat_rooms (id, name, description, type, created_by, max_participants, created_at, updated_at) VALUES
    (5, 'Five',  'of five', 'private', 1, 10, '2024-01-01 00:00+00', '2024-01-01 00:00+00'),
    (6, 'Six',   NULL, 'public',  3, 100, '2024-01-01 00:00+00', '2024-01-01 00:00+00'),
    (7, 'Seven', NULL, 'public',  2, 100, '2024-01-01 00:00+00', '2024-01-01 00:00+00'),
    (8, 'Eight', NULL, 'public',  2, 100, '2024-01-01 00:00+00', '2024-01-01 00:00+00'),
    (9, 'Nine',  NULL, 'public',  2, 100, '2024-01-01 00:00+00', '2024-01-01 00:00+00');
INSERT INTO chat_room_participants (room_id, user_id, role, joined_at, last_read_at) VALUES
    (5, 1, 'admin', '2024-01-02 00:00+00', '2024-01-03 00:00+00'), (5, 2, 'member', '2024-01-02', '2024-01-02'),
    (6, 1, 'member', '2024-01-02', '2024-01-02'), (7, 1, 'member', '2024-01-02', '2024-01-02'), (8, 1, 'member', '2024-01-02', '2024-01-02'), (9, 2, 'member', '2024-01-02', '2024-01-02');
INSERT INTO chat_messages (id, room_id, user_id, content, created_at, updated_at) VALUES
    (1, 5, 1, 'a', '2024-02-01 00:00+00', now()), (3, 5, 1, 'later id', '2024-03-01 00:00+00', now()), (2, 5, 2, 'earlier id', '2024-03-01 00:00+00', now()),
    (4, 6, 2, 'six',  '2024-05-01 00:00+00', now()), (5, 6, 2, 'gone', '2024-06-01 00:00+00', now()),
    (6, 9, 2, 'not hers', '2024-06-02 00:00+00', now());
DELETE FROM chat_messages WHERE id = 5;
DELETE FROM users WHERE id = 3;
