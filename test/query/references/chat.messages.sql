SELECT m.id, m.content, m.message_type, m.metadata, m.reply_to_id, m.is_edited, m.created_at, m.updated_at, m.user_id,
       (SELECT username FROM users u WHERE u.id = m.user_id) AS username,
       (SELECT avatar_url FROM users u WHERE u.id = m.user_id) AS avatar_url,
       (SELECT role FROM chat_room_participants p WHERE p.room_id = m.room_id AND p.user_id = m.user_id) AS user_role,
       (SELECT json_build_object('id', r.id, 'content', r.content, 'user_id', r.user_id,
                                 'username', (SELECT username FROM users u WHERE u.id = r.user_id))
          FROM chat_messages r WHERE r.id = m.reply_to_id AND r.room_id = m.room_id) AS reply_to_message
  FROM chat_messages m
 WHERE m.room_id = $1::bigint
 ORDER BY m.created_at DESC, m.id DESC
