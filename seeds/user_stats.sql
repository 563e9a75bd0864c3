-- A row for each account that has none yet, counted from the rows themselves.
INSERT INTO user_stats (user_id, follower_count, track_count, is_active, folded_username, folded_first_name, folded_last_name)
SELECT c.user_id, c.follower_count, c.track_count, c.is_active, c.folded_username, c.folded_first_name, c.folded_last_name
  FROM user_stats_counted c
 WHERE NOT EXISTS (SELECT FROM user_stats s WHERE s.user_id = c.user_id);
