SELECT u.id, u.email, u.username, u.first_name, u.last_name, u.bio, u.avatar_url, u.location, u.website, u.created_at, u.last_login_at,
       COALESCE((SELECT preferences FROM user_profiles p WHERE p.user_id = u.id), '{}') AS preferences,
       COALESCE((SELECT social_links FROM user_profiles p WHERE p.user_id = u.id), '{}') AS social_links,
       COALESCE((SELECT notification_settings FROM user_profiles p WHERE p.user_id = u.id), '{}') AS notification_settings,
       (SELECT count(*) FROM tracks t WHERE t.user_id = u.id AND t.is_public) AS track_count,
       (SELECT count(*) FROM playlists p WHERE p.user_id = u.id AND p.is_public) AS playlist_count,
       (SELECT count(*) FROM follows f WHERE f.follower_id = u.id) AS following_count,
       (SELECT count(*) FROM follows f WHERE f.following_id = u.id) AS follower_count,
       (SELECT COALESCE(sum(t.play_count), 0) FROM tracks t WHERE t.user_id = u.id AND t.is_public) AS total_plays,
       (SELECT count(*) FROM likes l JOIN tracks t ON t.id = l.track_id WHERE t.user_id = u.id AND t.is_public) AS total_likes
  FROM users u WHERE u.id = $1::bigint
