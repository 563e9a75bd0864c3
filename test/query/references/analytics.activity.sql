SELECT 'track_created' AS activity_type, t.id AS resource_id, t.title AS resource_title, t.created_at AS activity_date, u.id AS user_id, u.username, u.avatar_url
  FROM tracks t, users u WHERE u.id = t.user_id AND t.is_public AND t.created_at >= $1::timestamptz
 UNION ALL
SELECT 'playlist_created', p.id, p.name, p.created_at, u.id, u.username, u.avatar_url
  FROM playlists p, users u WHERE u.id = p.user_id AND p.is_public AND p.created_at >= $1::timestamptz
 UNION ALL
SELECT 'user_followed', f.following_id, v.username, f.created_at, u.id, u.username, u.avatar_url
  FROM follows f, users u, users v WHERE u.id = f.follower_id AND v.id = f.following_id AND f.created_at >= $1::timestamptz
 ORDER BY 4 DESC, 1, 2 DESC, 5
