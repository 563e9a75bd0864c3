-- (pattern text, viewer_id bigint, "limit" bigint, "offset" bigint)
SELECT track.id, track.title, track.artist, track.album, track.genre, track.description, track.audio_url, track.waveform_url,
       track.duration, track.file_size, track.file_format, track.metadata, track.is_public, track.is_explicit, track.play_count,
       track.like_count, track.created_at, who.id AS user_id, who.username, who.avatar_url,
       EXISTS (SELECT FROM likes mine WHERE mine.track_id = track.id AND mine.user_id = $2) AS is_liked,
       count(DISTINCT said.id) AS comment_count
  FROM tracks track
  JOIN users who ON who.id = track.user_id
  LEFT JOIN comments said ON said.track_id = track.id
 WHERE track.is_public AND (track.title ILIKE $1 OR track.artist ILIKE $1 OR track.genre ILIKE $1)
 GROUP BY track.id, who.id, who.username, who.avatar_url
 ORDER BY CASE WHEN track.title ILIKE $1 THEN 1 ELSE 2 END, track.play_count DESC, track.created_at DESC
 LIMIT $3 OFFSET $4
