SELECT id, username, first_name, last_name, avatar_url, bio, track_count, follower_count, CASE WHEN in_username THEN 1 ELSE 2 END AS rank
  FROM (SELECT u.*,
               position(lower($1::text COLLATE "und-x-icu") IN lower(u.username COLLATE "und-x-icu")) > 0 AS in_username,
               position(lower($1::text COLLATE "und-x-icu") IN lower(u.first_name COLLATE "und-x-icu")) > 0 AS in_first_name,
               position(lower($1::text COLLATE "und-x-icu") IN lower(u.last_name COLLATE "und-x-icu")) > 0 AS in_last_name,
               (SELECT count(*) FROM tracks t WHERE t.user_id = u.id AND t.is_public) AS track_count,
               (SELECT count(*) FROM follows f WHERE f.following_id = u.id) AS follower_count
          FROM users u) u
 WHERE is_active AND (in_username OR in_first_name OR in_last_name)
 ORDER BY rank, follower_count DESC, track_count DESC, id DESC
