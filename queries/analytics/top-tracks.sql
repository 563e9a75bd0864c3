-- The most played of the public tracks created since a day.
--
-- param: since timestamptz  tracks created before it are left out
-- param: limit integer 0.. = 50  rows at most
--
-- column: comment_count bigint not null
-- column: playlist_count bigint not null  public playlists that the track stands in
--
-- Rows:    public tracks. play_count is all that they were ever played: the platform keeps no dates of plays.
-- Order:   play_count, like_count and id, all three descending. No two rows share an id.
-- Cost:    1 / (share of the tracks that are as young) entries of the ranking for each row, to the end of a tier of play
--          counts; where that does not fill the page within some thousand entries, one row for each public track since.
--          Then the counts of :limit tracks.
-- Indexes: idx_track_search_ranking (read alone, so keep it vacuumed), idx_tracks_recent, tracks_pkey, users_pkey,
--          idx_comments_created_at, idx_playlist_tracks_track_id, playlists_pkey

-- Subqueries end with OFFSET 0 where a row is fetched by its key: a planner that does not know :limit would read whole tables.
-- LIMIT (SELECT NULL) limits nothing; a planner takes it for a tenth of what it guesses. The walk ends with a tier and one arm of
-- two is empty, which it cannot know: it would take them for a third of all tracks and compile (jit) for longer than it runs.
WITH edge AS MATERIALIZED (
    -- The tier in which the page ends, where the head of the ranking fills it.
    SELECT s.tier
      FROM (SELECT *
              FROM track_search s
             ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
             LIMIT 5000 + 100 * :limit::bigint) s
     WHERE s.created_at >= :since
     ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
    OFFSET GREATEST(:limit - 1, 0)
     LIMIT 1
),
page AS MATERIALIZED (
    SELECT c.id, c.play_count, c.like_count
      FROM (SELECT t.id, t.play_count, t.like_count
              FROM edge e
             CROSS JOIN LATERAL (
                   SELECT *
                     FROM track_search s
                    WHERE s.tier >= e.tier AND s.created_at >= :since
                    ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
                    LIMIT (SELECT NULL::bigint)) s
             CROSS JOIN LATERAL (SELECT * FROM tracks t WHERE t.id = s.track_id OFFSET 0) t
             UNION ALL
            (SELECT t.id, t.play_count, t.like_count
               FROM tracks t
              WHERE t.is_public AND t.created_at >= :since AND NOT EXISTS (SELECT FROM edge)
              ORDER BY t.created_at DESC
              LIMIT (SELECT NULL::bigint))) c
     ORDER BY c.play_count DESC, c.like_count DESC, c.id DESC
     LIMIT :limit
)
SELECT t.id,
       t.title,
       t.artist,
       t.genre,
       t.duration,
       t.play_count,
       t.like_count,
       t.created_at,
       u.id AS user_id,
       u.username,
       u.avatar_url,
       (SELECT count(*) FROM comments c WHERE c.track_id = t.id) AS comment_count,
       (SELECT count(*)
          FROM playlist_tracks pt
          JOIN playlists p ON p.id = pt.playlist_id
         WHERE pt.track_id = t.id AND p.is_public) AS playlist_count
  FROM page
 CROSS JOIN LATERAL (SELECT * FROM tracks t WHERE t.id = page.id OFFSET 0) t
 CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = t.user_id OFFSET 0) u
 ORDER BY t.play_count DESC, t.like_count DESC, t.id DESC;
