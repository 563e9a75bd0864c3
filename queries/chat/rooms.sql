-- The rooms that somebody takes part in, the liveliest first.
--
-- param: user_id bigint  who takes part
--
-- column: id bigint not null
-- column: creator_id bigint null  null when the creator has left the platform
-- column: creator_username character varying null
-- column: creator_avatar character varying null
-- column: user_role character varying not null  the user's own role in the room
-- column: message_count bigint not null
-- column: participant_count bigint not null  the user included
-- column: last_message text null  of two messages at once, the one with the later id
-- column: last_message_at timestamp with time zone null  null where nothing was said
--
-- Rows:    one for each room.
-- Order:   last_message_at descending, rooms without a message last, then id. No two rows share an id.
-- Cost:    for each room some rows by their keys, at most sixteen counters, one index entry for each participant, and one
--          for the last message, in the month that it lies in.
-- Indexes: idx_chat_room_participants_user_id, chat_rooms_pkey, users_pkey, chat_room_stats_pkey,
--          chat_room_participants_pkey, idx_chat_messages_room_id

SELECT r.id,
       r.name,
       r.description,
       r.type,
       r.max_participants,
       r.is_private,
       r.created_at,
       r.updated_at,
       creator.id AS creator_id,
       creator.username AS creator_username,
       creator.avatar_url AS creator_avatar,
       own.role AS user_role,
       own.joined_at,
       own.last_read_at,
       COALESCE(s.message_count, 0) AS message_count,
       (SELECT count(*) FROM chat_room_participants p WHERE p.room_id = r.id) AS participant_count,
       last.content AS last_message,
       last.created_at AS last_message_at
  FROM chat_room_participants own
  JOIN chat_rooms r ON r.id = own.room_id
  LEFT JOIN users creator ON creator.id = r.created_by
 CROSS JOIN LATERAL (
       SELECT sum(s.message_count)::bigint AS message_count, max(s.last_message_at) AS not_after
         FROM chat_room_stats s
        WHERE s.room_id = r.id
       ) s
  LEFT JOIN LATERAL chat_messages_last(r.id, s.not_after) last ON true
 WHERE own.user_id = :user_id
 ORDER BY last.created_at DESC NULLS LAST, r.id;
