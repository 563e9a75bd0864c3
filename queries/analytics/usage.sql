-- What the accounts created since a day have done, most played first.
--
-- param: since timestamptz  accounts created before it are left out
--
-- column: id bigint not null
-- column: username character varying not null
-- column: email character varying not null
-- column: tracks_created bigint not null  all of them, private ones too
-- column: total_plays bigint not null  plays of these tracks
-- column: total_likes bigint not null  likes of these tracks
-- column: playlists_created bigint not null  all of them, private ones too
-- column: following_count bigint not null  whom the account follows
-- column: follower_count bigint not null  who follows the account
-- column: comments_made bigint not null
-- column: avg_track_duration numeric null  seconds; null without tracks
-- column: last_track_created timestamp with time zone null  null without tracks
--
-- Rows:    one for each account, active or not; counts and sums are 0 where there is nothing.
-- Order:   total_plays descending, then id. No two rows share an id.
-- Cost:    some index entries and the rows of their own tracks for each account.
-- Indexes: idx_users_created_at, user_stats_pkey, idx_tracks_user_id, idx_playlists_user_id, follows_pkey,
--          idx_comments_user_id

-- LIMIT takes all newcomers: a planner that does not know their number guesses a tenth of what it would else, and so does not
-- compile (jit) for a third of all accounts what will run for a few. new.n > 0 ties the scan to the count, so that no worker is
-- started for a handful of rows.
SELECT u.id,
       u.username,
       u.email,
       t.tracks_created,
       t.total_plays,
       t.total_likes,
       (SELECT count(*) FROM playlists p WHERE p.user_id = u.id) AS playlists_created,
       (SELECT count(*) FROM follows f WHERE f.follower_id = u.id) AS following_count,
       (SELECT s.follower_count FROM user_stats s WHERE s.user_id = u.id) AS follower_count,
       (SELECT count(*) FROM comments c WHERE c.user_id = u.id) AS comments_made,
       t.avg_track_duration,
       t.last_track_created
  FROM (SELECT count(*) AS n FROM users u WHERE u.created_at >= :since) new
 CROSS JOIN LATERAL (
       SELECT *
         FROM (SELECT * FROM users u WHERE u.created_at >= :since AND new.n > 0 ORDER BY u.created_at DESC LIMIT new.n) u
        LIMIT new.n
       ) u
 CROSS JOIN LATERAL (
       SELECT count(*) AS tracks_created,
              COALESCE(sum(t.play_count), 0)::bigint AS total_plays,
              COALESCE(sum(t.like_count), 0)::bigint AS total_likes,
              avg(t.duration) AS avg_track_duration,
              max(t.created_at) AS last_track_created
         FROM tracks t
        WHERE t.user_id = u.id
       ) t
 ORDER BY t.total_plays DESC, u.id;
