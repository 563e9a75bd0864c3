-- Ana is in the room, Bo has left it, Cy has left the platform. Messages of three months, some at one moment.
SELECT create_month_partitions('chat_messages', '2024-01-01', 6);
INSERT INTO users (id, email, username, password_hash, avatar_url) VALUES (1, '1@x', 'ana', 'x', 'https://cdn/1'), (2, '2@x', 'bo', 'x', NULL), (3, '3@x', 'cy', 'x', NULL);
INSERT INTO chat_rooms (id, name, type, created_by, created_at) VALUES (5, 'Room', 'public', 1, '2024-01-01'), (6, 'Other', 'private', 1, '2024-01-01'), (7, 'Silent', 'public', 1, '2024-01-01');
INSERT INTO chat_room_participants (room_id, user_id, role) VALUES (5, 1, 'admin'), (5, 3, 'member'), (6, 1, 'member'), (6, 2, 'moderator');
INSERT INTO chat_messages (id, room_id, user_id, content, message_type, metadata, created_at, updated_at, reply_to_id) VALUES
    (101, 5, 1, 'first',  'text',  '{}',         '2024-01-10 10:00:00.000001+00', '2024-01-10 10:00+00', NULL),
    (102, 5, 2, 'second', 'image', '{"w": 640}', '2024-02-10 10:00:00+00', '2024-02-10 10:00+00', NULL),
    (103, 5, 3, 'third',  'text',  '{}',         '2024-02-10 10:00:00+00', '2024-02-10 10:00+00', NULL),
    (104, 6, 2, 'elsewhere', 'text', '{}',       '2024-02-10 10:00:00+00', '2024-02-10 10:00+00', NULL);
INSERT INTO chat_messages (id, room_id, user_id, content, created_at, updated_at, reply_to_id) VALUES
    (105, 5, 1, 'to bo',  '2024-03-01 00:00:00+00', '2024-03-01 00:00+00', 102),
    (106, 5, 1, 'to cy',  '2024-03-01 00:00:00+00', '2024-03-01 00:00+00', 103),
    (107, 5, 2, 'to a message that goes', '2024-03-02 00:00:00+00', '2024-03-02 00:00+00', 101);
DELETE FROM users WHERE id = 3;
DELETE FROM chat_messages WHERE id = 101;
