SELECT t.id, t.title, t.artist, t.album, t.genre, t.description, t.audio_url, t.waveform_url, t.duration, t.file_size, t.file_format,
       t.metadata, t.is_public, t.is_explicit, t.play_count,
       (SELECT count(*) FROM likes l WHERE l.track_id = t.id) AS like_count,
       t.created_at, t.user_id,
       (SELECT username FROM users u WHERE u.id = t.user_id) AS username,
       (SELECT avatar_url FROM users u WHERE u.id = t.user_id) AS avatar_url,
       COALESCE($2::bigint IN (SELECT user_id FROM likes l WHERE l.track_id = t.id), false) AS is_liked,
       (SELECT count(*) FROM comments c WHERE c.track_id = t.id) AS comment_count,
       CASE WHEN in_title THEN 1 ELSE 2 END AS rank
  FROM (SELECT t.*,
               position(lower($1::text COLLATE "und-x-icu") IN lower(t.title COLLATE "und-x-icu")) > 0 AS in_title,
               position(lower($1::text COLLATE "und-x-icu") IN lower(t.artist COLLATE "und-x-icu")) > 0 AS in_artist,
               position(lower($1::text COLLATE "und-x-icu") IN lower(t.genre COLLATE "und-x-icu")) > 0 AS in_genre
          FROM tracks t) t
 WHERE is_public AND (in_title OR in_artist OR in_genre)
 ORDER BY rank, play_count DESC, created_at DESC, id DESC
