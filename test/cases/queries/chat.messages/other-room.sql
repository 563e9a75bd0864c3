-- A reply that was moved to another room quotes nothing: words of a private room stay in it.
SELECT create_month_partitions('chat_messages', '2024-01-01', 2);
INSERT INTO users (id, email, username, password_hash) VALUES (1, '1@x', 'ana', 'x');
INSERT INTO chat_rooms (id, name, type, created_by) VALUES (5, 'Private', 'private', 1), (6, 'Public', 'public', 1);
INSERT INTO chat_messages (id, room_id, user_id, content, created_at, updated_at) VALUES (1, 5, 1, 'secret', '2024-01-01 00:00+00', '2024-01-01');
INSERT INTO chat_messages (id, room_id, user_id, content, created_at, updated_at, reply_to_id) VALUES (2, 5, 1, 'reply', '2024-01-02 00:00+00', '2024-01-02', 1);
SET LOCAL session_replication_role = replica; -- past the triggers that would refuse it, as a restore goes past them
UPDATE chat_messages SET room_id = 6 WHERE id = 2;
UPDATE chat_room_stats SET message_count = 1, last_message_at = '2024-01-01 00:00+00' WHERE room_id = 5;
INSERT INTO chat_room_stats (room_id, slot, message_count, last_message_at) VALUES (6, 0, 1, '2024-01-02 00:00+00');
SET LOCAL session_replication_role = origin;
