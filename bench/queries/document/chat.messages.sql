-- (room_id bigint, "limit" bigint, "offset" bigint)
SELECT message.id, message.content, message.message_type, message.metadata, message.reply_to_id, message.is_edited,
       message.created_at, message.updated_at, who.id AS user_id, who.username, who.avatar_url, part.role AS user_role,
       CASE WHEN message.reply_to_id IS NOT NULL THEN (
           SELECT json_build_object('id', answered.id, 'content', answered.content, 'user_id', author.id, 'username', author.username)
             FROM chat_messages answered
             JOIN users author ON author.id = answered.user_id
            WHERE answered.id = message.reply_to_id) END AS reply_to_message
  FROM chat_messages message
  JOIN users who ON who.id = message.user_id
  JOIN chat_room_participants part ON part.room_id = message.room_id AND part.user_id = message.user_id
 WHERE message.room_id = $1
 ORDER BY message.created_at DESC
 LIMIT $2 OFFSET $3
