-- (playlist_id bigint, viewer_id bigint)
SELECT list.id, list.name, list.description, list.cover_url, list.is_public, list.track_count, list.duration, list.created_at,
       who.id AS user_id, who.username, who.avatar_url,
       json_agg(json_build_object('id', track.id, 'title', track.title, 'artist', track.artist, 'duration', track.duration,
                                  'audio_url', track.audio_url, 'position', entry.position) ORDER BY entry.position) AS tracks
  FROM playlists list
  JOIN users who ON who.id = list.user_id
  LEFT JOIN playlist_tracks entry ON entry.playlist_id = list.id
  LEFT JOIN tracks track ON track.id = entry.track_id
 WHERE list.id = $1 AND (list.is_public OR list.user_id = $2)
 GROUP BY list.id, who.id, who.username, who.avatar_url
