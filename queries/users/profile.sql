-- Everything that an account shows of itself, with its numbers.
--
-- param: user_id bigint  the profile's owner
--
-- column: preferences jsonb not null
-- column: social_links jsonb not null
-- column: notification_settings jsonb not null
-- column: track_count bigint not null  public tracks
-- column: playlist_count bigint not null  public playlists
-- column: following_count bigint not null  whom the owner follows
-- column: follower_count bigint not null  who follows the owner
-- column: total_plays bigint not null  plays of the public tracks
-- column: total_likes bigint not null  likes of the public tracks
--
-- Rows:    one, or none where there is no such account. Counts and sums are 0 and the settings {} where there is
--          nothing. E-mail, last login and settings are in it: it is the owner's own view, or an administrator's.
-- Order:   at most one row.
-- Cost:    three rows by their keys, one index entry for each follow and playlist of the owner, one row for each of
--          the owner's tracks. Nothing depends on how many follow the owner: that is a counter.
-- Indexes: users_pkey, user_profiles_pkey, user_stats_pkey, follows_pkey, idx_playlists_user_id, idx_tracks_user_id

SELECT u.id,
       u.email,
       u.username,
       u.first_name,
       u.last_name,
       u.bio,
       u.avatar_url,
       u.location,
       u.website,
       u.created_at,
       u.last_login_at,
       COALESCE(up.preferences, '{}') AS preferences,
       COALESCE(up.social_links, '{}') AS social_links,
       COALESCE(up.notification_settings, '{}') AS notification_settings,
       s.track_count,
       (SELECT count(*) FROM playlists p WHERE p.user_id = u.id AND p.is_public) AS playlist_count,
       (SELECT count(*) FROM follows f WHERE f.follower_id = u.id) AS following_count,
       s.follower_count,
       own.total_plays,
       own.total_likes
  FROM users u
  JOIN user_stats s ON s.user_id = u.id
  LEFT JOIN user_profiles up ON up.user_id = u.id
 CROSS JOIN LATERAL (
       SELECT COALESCE(sum(t.play_count), 0)::bigint AS total_plays,
              COALESCE(sum(t.like_count), 0)::bigint AS total_likes
         FROM tracks t
        WHERE t.user_id = u.id AND t.is_public
       ) own
 WHERE u.id = :user_id;
