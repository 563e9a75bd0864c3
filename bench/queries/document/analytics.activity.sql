-- (since timestamp, "limit" bigint)
SELECT 'track_created' AS activity_type, track.id AS resource_id, track.title AS resource_title, track.created_at AS activity_date,
       who.id AS user_id, who.username, who.avatar_url
  FROM tracks track JOIN users who ON who.id = track.user_id
 WHERE track.is_public AND track.created_at >= $1
 UNION ALL
SELECT 'playlist_created', list.id, list.name, list.created_at, who.id, who.username, who.avatar_url
  FROM playlists list JOIN users who ON who.id = list.user_id
 WHERE list.is_public AND list.created_at >= $1
 UNION ALL
SELECT 'user_followed', following_id, followed.username, follow.created_at, who.id, who.username, who.avatar_url
  FROM follows follow JOIN users who ON who.id = follow.follower_id JOIN users followed ON followed.id = follow.following_id
 WHERE follow.created_at >= $1
 ORDER BY activity_date DESC
 LIMIT $2
