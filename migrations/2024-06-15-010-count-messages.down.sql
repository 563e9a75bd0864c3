DROP TRIGGER chat_messages_count_truncate ON chat_messages;
DROP TRIGGER chat_messages_count_delete ON chat_messages;
DROP TRIGGER chat_messages_count_update ON chat_messages;
DROP TRIGGER chat_messages_count_insert ON chat_messages;
DROP FUNCTION chat_messages_count();
DROP FUNCTION chat_room_stats_add(bigint, bigint, timestamptz);
DROP TABLE chat_room_stats;
