DROP TABLE chat_messages;
DROP TABLE chat_room_participants;
DROP TABLE chat_rooms;
DROP FUNCTION chat_messages_mark_edit();
DROP FUNCTION chat_messages_check_reply();
DROP FUNCTION chat_room_participants_check_capacity();
DROP FUNCTION chat_rooms_match_privacy();
