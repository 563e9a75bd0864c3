-- A room's messages, newest first, page by page.
--
-- param: room_id bigint  the room
-- param: limit integer 0.. = 50  rows at most
-- param: before_created_at timestamptz = null  created_at of the last row of the page before
-- param: before_id bigint = null  its id
-- cursor: before_created_at, before_id
--
-- column: id bigint not null
-- column: content text not null
-- column: message_type character varying not null
-- column: metadata jsonb not null
-- column: is_edited boolean not null
-- column: created_at timestamp with time zone not null
-- column: updated_at timestamp with time zone not null
-- column: user_id bigint null  null when the author has left the platform
-- column: username character varying null
-- column: avatar_url character varying null
-- column: user_role character varying null  in this room; null when the author is not in it any more
-- column: reply_to_message json null  {id, content, user_id, username} of what is answered; null when it is gone
--
-- Rows:    a page of messages, whoever wrote them. Whether a viewer may read the room is for the caller to say.
-- Order:   created_at and id, both descending. No two rows share both.
-- Cost:    one index entry and one row for each message, in the months that they lie in; two rows by their keys for its
--          author, and one for what it answers. Neither the length of the room nor the number of its months matters.
-- Indexes: idx_chat_messages_room_id, chat_messages_pkey, users_pkey, chat_room_participants_pkey, chat_room_stats_pkey

WITH page AS MATERIALIZED (
    SELECT * FROM chat_messages_before(:room_id, :before_created_at, :before_id, :limit)
),
answered AS (
    SELECT m.*
      FROM (SELECT array_agg(reply_to_id) AS ids, min(reply_to_created_at) AS since, max(reply_to_created_at) AS until
              FROM page
             WHERE reply_to_id IS NOT NULL) r
     CROSS JOIN LATERAL chat_messages_by_id(:room_id, r.ids, r.since, r.until) m
)
SELECT m.id,
       m.content,
       m.message_type,
       m.metadata,
       m.reply_to_id,
       m.is_edited,
       m.created_at,
       m.updated_at,
       u.id AS user_id,
       u.username,
       u.avatar_url,
       p.role AS user_role,
       CASE
           WHEN a.id IS NOT NULL THEN
               json_build_object('id', a.id, 'content', a.content, 'user_id', author.id, 'username', author.username)
       END AS reply_to_message
  FROM page m
  LEFT JOIN users u ON u.id = m.user_id
  LEFT JOIN chat_room_participants p ON p.room_id = m.room_id AND p.user_id = m.user_id
  LEFT JOIN answered a ON a.id = m.reply_to_id AND a.created_at = m.reply_to_created_at
  LEFT JOIN users author ON author.id = a.user_id
 ORDER BY m.created_at DESC, m.id DESC;
