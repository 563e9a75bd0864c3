SELECT p.id, p.name, p.description, p.cover_url, p.is_public,
       (SELECT count(*) FROM playlist_tracks pt WHERE pt.playlist_id = p.id) AS track_count,
       (SELECT COALESCE(sum(t.duration), 0) FROM playlist_tracks pt JOIN tracks t ON t.id = pt.track_id WHERE pt.playlist_id = p.id) AS duration,
       p.created_at, p.user_id,
       (SELECT username FROM users u WHERE u.id = p.user_id) AS username,
       (SELECT avatar_url FROM users u WHERE u.id = p.user_id) AS avatar_url,
       COALESCE((SELECT json_agg(json_build_object('id', t.id, 'title', t.title, 'artist', t.artist, 'duration', t.duration,
                                                   'audio_url', t.audio_url, 'position', pt.position) ORDER BY pt.position)
                   FROM playlist_tracks pt, tracks t
                  WHERE pt.playlist_id = p.id AND t.id = pt.track_id
                    AND (t.is_public OR COALESCE(t.user_id = $2::bigint, false))), '[]') AS tracks
  FROM playlists p
 WHERE p.id = $1::bigint AND (p.is_public OR COALESCE(p.user_id = $2::bigint, false))
