-- The messages of each room that is not counted yet, all in its first slot.
INSERT INTO chat_room_stats (room_id, slot, message_count, last_message_at)
SELECT m.room_id, 0, count(*), max(m.created_at)
  FROM chat_messages m
 WHERE NOT EXISTS (SELECT FROM chat_room_stats s WHERE s.room_id = m.room_id)
 GROUP BY m.room_id;
