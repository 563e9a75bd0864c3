-- A room that spoke much, then nothing for a year and a half, then once: the last page lies far behind the first.
SELECT create_month_partitions('chat_messages', '2022-06-01', 30);
INSERT INTO users (id, email, username, password_hash) VALUES (1, '1@x', 'ana', 'x');
INSERT INTO chat_rooms (id, name, type, created_by, created_at) VALUES (5, 'Room', 'public', 1, '2024-01-01');
INSERT INTO chat_messages (id, room_id, user_id, content, created_at, updated_at)
SELECT n, 5, 1, 'old ' || n, '2022-06-10 00:00+00'::timestamptz + n * interval '1 second', '2024-01-01' FROM generate_series(1, 6) n;
INSERT INTO chat_messages (id, room_id, user_id, content, created_at, updated_at) VALUES (7, 5, 1, 'back', '2024-05-01 00:00+00', '2024-05-01');
