-- (user_id bigint)
SELECT who.id, who.email, who.username, who.first_name, who.last_name, who.bio, who.avatar_url, who.location, who.website,
       who.created_at, who.last_login_at, profile.preferences, profile.social_links, profile.notification_settings,
       count(DISTINCT track.id) AS track_count, count(DISTINCT list.id) AS playlist_count,
       count(DISTINCT going.following_id) AS following_count, count(DISTINCT coming.follower_id) AS follower_count,
       sum(track.play_count) AS total_plays, sum(track.like_count) AS total_likes
  FROM users who
  LEFT JOIN user_profiles profile ON profile.user_id = who.id
  LEFT JOIN tracks track ON track.user_id = who.id AND track.is_public
  LEFT JOIN playlists list ON list.user_id = who.id AND list.is_public
  LEFT JOIN follows going ON going.follower_id = who.id
  LEFT JOIN follows coming ON coming.following_id = who.id
 WHERE who.id = $1
 GROUP BY who.id, profile.preferences, profile.social_links, profile.notification_settings
