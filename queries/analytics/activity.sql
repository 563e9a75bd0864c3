-- What happened last on the platform: public tracks, public playlists, follows.
--
-- param: since timestamptz  nothing from before
-- param: limit integer 0.. = 50  rows at most
--
-- column: activity_type text not null  track_created, playlist_created or user_followed
-- column: resource_id bigint not null  the track, the playlist, or the account that is followed
-- column: resource_title character varying not null  its title or name; the followed account's username
-- column: activity_date timestamp with time zone not null
-- column: user_id bigint not null  who made it; who follows
-- column: username character varying not null
-- column: avatar_url character varying null
--
-- Rows:    the newest activities since then, of three kinds in one list.
-- Order:   activity_date descending, activity_type, resource_id descending, user_id. No two rows share all four.
-- Cost:    :limit entries of each of three indexes, then names for :limit rows. The time since does not matter.
-- Indexes: idx_tracks_recent, idx_playlists_recent, idx_follows_created_at, the primary keys

-- Subqueries end with OFFSET 0 where a row is fetched by its key: a planner that does not know :limit would read the whole table.
SELECT a.activity_type,
       a.resource_id,
       COALESCE(a.resource_title, followed.username) AS resource_title,
       a.activity_date,
       a.user_id,
       u.username,
       u.avatar_url
  FROM (
       (SELECT 'track_created' COLLATE "C" AS activity_type, t.id AS resource_id, t.title AS resource_title,
               t.created_at AS activity_date, t.user_id
          FROM tracks t
         WHERE t.is_public AND t.created_at >= :since
         ORDER BY t.created_at DESC, t.id DESC
         LIMIT :limit)
       UNION ALL
       (SELECT 'playlist_created', p.id, p.name, p.created_at, p.user_id
          FROM playlists p
         WHERE p.is_public AND p.created_at >= :since
         ORDER BY p.created_at DESC, p.id DESC
         LIMIT :limit)
       UNION ALL
       (SELECT 'user_followed', f.following_id, NULL, f.created_at, f.follower_id
          FROM follows f
         WHERE f.created_at >= :since
         ORDER BY f.created_at DESC, f.following_id DESC, f.follower_id
         LIMIT :limit)
        ORDER BY activity_date DESC, activity_type, resource_id DESC, user_id
        LIMIT :limit
       ) a
 CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = a.user_id OFFSET 0) u
  LEFT JOIN LATERAL (SELECT * FROM users f WHERE f.id = a.resource_id AND a.activity_type = 'user_followed' OFFSET 0) followed ON true
 ORDER BY a.activity_date DESC, a.activity_type, a.resource_id DESC, a.user_id;
