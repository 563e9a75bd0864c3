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
-- Cost:    for newcomers, some index entries and the rows of their own tracks each. Where they are most of all accounts,
--          each table is read and grouped once instead.
-- Indexes: idx_users_created_at, user_stats_pkey, idx_tracks_user_id, idx_playlists_user_id, follows_pkey,
--          idx_comments_user_id

WITH size AS MATERIALIZED (
    SELECT new.n, 2 * new.n > (SELECT count(*) FROM (SELECT FROM users u WHERE u.created_at < :since LIMIT 2 * new.n) old) AS is_most
      FROM (SELECT count(*) AS n FROM users u WHERE u.created_at >= :since) new
)
SELECT *
  FROM (
    -- Account by account. The LIMIT takes them all; a planner takes it for a tenth of what it guesses, and so does not compile (jit)
    -- for many accounts what will run for a few.
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
      FROM size
     CROSS JOIN LATERAL (
           SELECT *
             FROM users
            WHERE created_at >= :since AND NOT size.is_most
            ORDER BY created_at DESC
            LIMIT size.n
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
     UNION ALL
    -- Table by table.
    SELECT u.id,
           u.username,
           u.email,
           COALESCE(t.tracks_created, 0),
           COALESCE(t.total_plays, 0),
           COALESCE(t.total_likes, 0),
           COALESCE(p.n, 0),
           COALESCE(f.n, 0),
           s.follower_count,
           COALESCE(c.n, 0),
           t.avg_track_duration,
           t.last_track_created
      FROM users u
      JOIN user_stats s ON s.user_id = u.id
      LEFT JOIN (SELECT user_id,
                        count(*) AS tracks_created,
                        sum(play_count)::bigint AS total_plays,
                        sum(like_count)::bigint AS total_likes,
                        avg(duration) AS avg_track_duration,
                        max(created_at) AS last_track_created
                   FROM tracks
                  GROUP BY user_id) t ON t.user_id = u.id
      LEFT JOIN (SELECT user_id, count(*) AS n FROM playlists GROUP BY user_id) p ON p.user_id = u.id
      LEFT JOIN (SELECT follower_id AS user_id, count(*) AS n FROM follows GROUP BY follower_id) f ON f.user_id = u.id
      LEFT JOIN (SELECT user_id, count(*) AS n FROM comments GROUP BY user_id) c ON c.user_id = u.id
     WHERE u.created_at >= :since
       AND (SELECT is_most FROM size)
  ) usage
 ORDER BY total_plays DESC, id;
