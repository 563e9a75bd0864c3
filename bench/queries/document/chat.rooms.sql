-- (user_id bigint)
SELECT room.id, room.name, room.description, room.type, room.max_participants, room.is_private, room.created_at, room.updated_at,
       maker.id AS creator_id, maker.username AS creator_username, maker.avatar_url AS creator_avatar, part.role AS user_role,
       part.joined_at, part.last_read_at, count(DISTINCT message.id) AS message_count,
       count(DISTINCT other.user_id) AS participant_count,
       (SELECT latest.content FROM chat_messages latest WHERE latest.room_id = room.id ORDER BY latest.created_at DESC LIMIT 1)
           AS last_message,
       (SELECT latest.created_at FROM chat_messages latest WHERE latest.room_id = room.id ORDER BY latest.created_at DESC LIMIT 1)
           AS last_message_at
  FROM chat_rooms room
  JOIN chat_room_participants part ON part.room_id = room.id
  LEFT JOIN users maker ON maker.id = room.created_by
  LEFT JOIN chat_room_participants other ON other.room_id = room.id
  LEFT JOIN chat_messages message ON message.room_id = room.id
 WHERE part.user_id = $1
 GROUP BY room.id, maker.id, maker.username, maker.avatar_url, part.role, part.joined_at, part.last_read_at
 ORDER BY last_message_at DESC NULLS LAST
