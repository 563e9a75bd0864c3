-- (since timestamp, "limit" bigint)
SELECT track.id, track.title, track.artist, track.genre, track.duration, track.play_count, track.like_count, track.created_at,
       who.id AS user_id, who.username, who.avatar_url, count(DISTINCT said.id) AS comment_count,
       count(DISTINCT list.id) AS playlist_count
  FROM tracks track
  JOIN users who ON who.id = track.user_id
  LEFT JOIN comments said ON said.track_id = track.id
  LEFT JOIN playlist_tracks entry ON entry.track_id = track.id
  LEFT JOIN playlists list ON list.id = entry.playlist_id
 WHERE track.is_public AND track.created_at >= $1
 GROUP BY track.id, who.id, who.username, who.avatar_url
 ORDER BY track.play_count DESC, track.like_count DESC
 LIMIT $2
