SELECT u.id, u.username, u.email,
       (SELECT count(*) FROM tracks t WHERE t.user_id = u.id) AS tracks_created,
       (SELECT COALESCE(sum(t.play_count), 0) FROM tracks t WHERE t.user_id = u.id) AS total_plays,
       (SELECT count(*) FROM tracks t JOIN likes l ON l.track_id = t.id WHERE t.user_id = u.id) AS total_likes,
       (SELECT count(*) FROM playlists p WHERE p.user_id = u.id) AS playlists_created,
       (SELECT count(*) FROM follows f WHERE f.follower_id = u.id) AS following_count,
       (SELECT count(*) FROM follows f WHERE f.following_id = u.id) AS follower_count,
       (SELECT count(*) FROM comments c WHERE c.user_id = u.id) AS comments_made,
       (SELECT avg(t.duration) FROM tracks t WHERE t.user_id = u.id) AS avg_track_duration,
       (SELECT max(t.created_at) FROM tracks t WHERE t.user_id = u.id) AS last_track_created
  FROM users u WHERE u.created_at >= $1::timestamptz
 ORDER BY total_plays DESC, id
