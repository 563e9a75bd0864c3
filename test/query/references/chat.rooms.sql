SELECT r.id, r.name, r.description, r.type, r.max_participants, r.is_private, r.created_at, r.updated_at,
       (SELECT u.id FROM users u WHERE u.id = r.created_by) AS creator_id,
       (SELECT u.username FROM users u WHERE u.id = r.created_by) AS creator_username,
       (SELECT u.avatar_url FROM users u WHERE u.id = r.created_by) AS creator_avatar,
       p.role AS user_role, p.joined_at, p.last_read_at,
       (SELECT count(*) FROM chat_messages m WHERE m.room_id = r.id) AS message_count,
       (SELECT count(*) FROM chat_room_participants o WHERE o.room_id = r.id) AS participant_count,
       (SELECT m.content FROM chat_messages m WHERE m.room_id = r.id ORDER BY m.created_at DESC, m.id DESC LIMIT 1) AS last_message,
       (SELECT max(m.created_at) FROM chat_messages m WHERE m.room_id = r.id) AS last_message_at
  FROM chat_rooms r, chat_room_participants p
 WHERE p.room_id = r.id AND p.user_id = $1::bigint
 ORDER BY last_message_at DESC NULLS LAST, r.id
