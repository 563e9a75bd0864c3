-- (since timestamp)
SELECT who.id, who.username, who.email, count(DISTINCT track.id) AS tracks_created, sum(track.play_count) AS total_plays,
       sum(track.like_count) AS total_likes, count(DISTINCT list.id) AS playlists_created,
       count(DISTINCT going.following_id) AS following_count, count(DISTINCT coming.follower_id) AS follower_count,
       count(DISTINCT said.id) AS comments_made, avg(track.duration) AS avg_track_duration,
       max(track.created_at) AS last_track_created
  FROM users who
  LEFT JOIN tracks track ON track.user_id = who.id
  LEFT JOIN playlists list ON list.user_id = who.id
  LEFT JOIN follows going ON going.follower_id = who.id
  LEFT JOIN follows coming ON coming.following_id = who.id
  LEFT JOIN comments said ON said.user_id = who.id
 WHERE who.created_at >= $1
 GROUP BY who.id, who.username, who.email
 ORDER BY total_plays DESC
