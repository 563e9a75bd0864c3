SELECT t.id, t.title, t.artist, t.genre, t.duration, t.play_count,
       (SELECT count(*) FROM likes l WHERE l.track_id = t.id) AS like_count,
       t.created_at, t.user_id,
       (SELECT username FROM users u WHERE u.id = t.user_id) AS username,
       (SELECT avatar_url FROM users u WHERE u.id = t.user_id) AS avatar_url,
       (SELECT count(*) FROM comments c WHERE c.track_id = t.id) AS comment_count,
       (SELECT count(*) FROM playlist_tracks pt JOIN playlists p ON p.id = pt.playlist_id WHERE pt.track_id = t.id AND p.is_public) AS playlist_count
  FROM tracks t WHERE t.is_public AND t.created_at >= $1::timestamptz
 ORDER BY play_count DESC, like_count DESC, id DESC
