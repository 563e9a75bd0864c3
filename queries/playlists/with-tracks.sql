-- A playlist with its tracks, whole or a page of them.
--
-- param: playlist_id bigint  the playlist
-- param: viewer_id bigint = null  who looks; left out, nobody that the platform knows
-- param: limit integer 0.. = null  tracks at most; left out, all of them
-- param: after_position integer 0.. = null  the position of the last track of the page before
--
-- column: track_count bigint not null  entries of the playlist, also those that this viewer may not see
-- column: duration bigint not null  their seconds
-- column: tracks json not null  [{id, title, artist, duration, audio_url, position}], [] where there is none
--
-- Rows:    one; none where there is no such playlist, or where it is private and not the viewer's. Of private tracks
--          a viewer sees only his own.
-- Order:   at most one row; in it the tracks by position, which no two of them share.
-- Cost:    three rows by their keys, and for each track of the page one index entry and one row.
-- Indexes: playlists_pkey, users_pkey, playlist_tracks_position_key, tracks_pkey

SELECT p.id,
       p.name,
       p.description,
       p.cover_url,
       p.is_public,
       p.track_count,
       p.duration,
       p.created_at,
       u.id AS user_id,
       u.username,
       u.avatar_url,
       (SELECT COALESCE(
                 json_agg(
                   json_build_object(
                     'id', page.id,
                     'title', page.title,
                     'artist', page.artist,
                     'duration', page.duration,
                     'audio_url', page.audio_url,
                     'position', page.position)
                   ORDER BY page.position),
                 '[]')
          FROM (SELECT t.id, t.title, t.artist, t.duration, t.audio_url, pt.position
                  FROM playlist_tracks pt
                  JOIN tracks t ON t.id = pt.track_id
                 WHERE pt.playlist_id = p.id
                   AND pt.position > COALESCE(:after_position, -1)
                   AND (t.is_public OR t.user_id = :viewer_id)
                 ORDER BY pt.position
                 LIMIT :limit) page) AS tracks
  FROM playlists p
  JOIN users u ON u.id = p.user_id
 WHERE p.id = :playlist_id
   AND (p.is_public OR p.user_id = :viewer_id);
