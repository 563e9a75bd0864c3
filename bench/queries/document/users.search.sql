-- (pattern text, "limit" bigint, "offset" bigint)
SELECT who.id, who.username, who.first_name, who.last_name, who.avatar_url, who.bio,
       count(DISTINCT track.id) AS track_count, count(DISTINCT coming.follower_id) AS follower_count
  FROM users who
  LEFT JOIN tracks track ON track.user_id = who.id AND track.is_public
  LEFT JOIN follows coming ON coming.following_id = who.id
 WHERE who.is_active AND (who.username ILIKE $1 OR who.first_name ILIKE $1 OR who.last_name ILIKE $1)
 GROUP BY who.id
 ORDER BY CASE WHEN who.username ILIKE $1 THEN 1 ELSE 2 END, follower_count DESC, track_count DESC
 LIMIT $2 OFFSET $3
