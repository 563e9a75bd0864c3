-- Public music found by any part of title, artist or genre, in any case, most played first.
--
-- param: needle text  part of a title, artist or genre; %, _ and \ are only themselves
-- param: viewer_id bigint = null  whose likes is_liked tells
-- param: limit integer 0.. = 20  rows at most
-- param: after_rank integer 1..2 = null  rank of the last row of the page before
-- param: after_play_count bigint 0.. = null  its play_count
-- param: after_created_at timestamptz = null  its created_at
-- param: after_id bigint = null  its id
-- cursor: after_rank, after_play_count, after_created_at, after_id
--
-- column: is_liked boolean not null  by the viewer
-- column: comment_count bigint not null
-- column: rank integer not null  1 where the title holds the needle, else 2
--
-- Rows:    public tracks, a page of them. An empty needle is part of every title.
-- Order:   rank, then play_count, created_at and id, all three descending. No two rows share an id.
-- Cost:    a common needle fills its page from the head of the ranking: one index, 1 / selectivity entries for each
--          row, to the end of a tier of play counts, whose few tracks are then put in order by their true counts. A
--          needle that does not within some thousand entries is rare: the trigrams find all of its rows. A needle
--          without three letters or digits in a row has no trigram: if it is rare too, the whole ranking is read.
-- Indexes: idx_track_search_ranking (read alone, so keep it vacuumed), idx_tracks_search, idx_comments_created_at,
--          tracks_pkey, users_pkey, likes_pkey

-- Subqueries end with OFFSET 0 where rows are fetched by a key: a planner that does not know :limit would read whole tables.
WITH start AS MATERIALIZED (
    -- One row for each rank, with the place where its page begins. Below 32 a tier is one play count, and the ranking
    -- stands in its final order; above, a tier holds several, and the page takes in the whole of the last one it reaches.
    SELECT r.rank, p.pattern, p.has_trigram, b.play_count, b.created_at, b.id,
           popularity_tier(b.play_count) AS tier,
           CASE WHEN b.play_count < 32 THEN b.created_at ELSE 'infinity' END AS from_created_at,
           CASE WHEN b.play_count < 32 THEN b.id ELSE 9223372036854775807 END AS from_id
      FROM (VALUES (1), (2)) r (rank)
     CROSS JOIN (SELECT '%' || replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_') || '%' AS pattern,
                        folded ~ '[[:alnum:]]{3}' AS has_trigram
                   FROM lower(:needle COLLATE "und-x-icu") folded) p
     CROSS JOIN LATERAL (SELECT COALESCE(CASE r.rank WHEN :after_rank THEN :after_play_count END, 9223372036854775807),
                                COALESCE(CASE r.rank WHEN :after_rank THEN :after_created_at END, 'infinity'),
                                COALESCE(CASE r.rank WHEN :after_rank THEN :after_id END, 9223372036854775807)
                        ) b (play_count, created_at, id)
     WHERE r.rank >= COALESCE(:after_rank, 1)
),
-- Rank 1, the titles: first the head of the ranking, then, where that does not fill the page, the trigrams.
edge_1 AS MATERIALIZED (
    SELECT w.*, h.tier AS to_tier,
           CASE WHEN h.tier < 32 THEN h.created_at ELSE '-infinity' END AS to_created_at,
           CASE WHEN h.tier < 32 THEN h.track_id ELSE -9223372036854775808 END AS to_id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT s.tier, s.created_at, s.track_id
             FROM (SELECT *
                     FROM track_search s
                    WHERE (s.tier, s.created_at, s.track_id) < (w.tier, w.from_created_at, w.from_id)
                    ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
                    LIMIT 2000 + 100 * :limit::bigint) s
            WHERE s.folded_title LIKE w.pattern
              AND (s.tier < w.tier OR s.tier < 32)
            ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
           OFFSET GREATEST(:limit - 1, 0)
            LIMIT 1) h
     WHERE w.rank = 1
),
page_1 AS MATERIALIZED (
   (SELECT t.play_count, t.created_at, t.id
      FROM edge_1 w
     CROSS JOIN LATERAL (
           SELECT *
             FROM track_search s
            WHERE (s.tier, s.created_at, s.track_id) < (w.tier, w.from_created_at, w.from_id)
              AND (s.tier, s.created_at, s.track_id) >= (w.to_tier, w.to_created_at, w.to_id)
            ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
           OFFSET 0) s
     CROSS JOIN LATERAL (SELECT * FROM tracks t WHERE t.id = s.track_id OFFSET 0) t
     WHERE s.folded_title LIKE w.pattern
       AND (t.play_count, t.created_at, t.id) < (w.play_count, w.created_at, w.id)
     ORDER BY t.play_count DESC, t.created_at DESC, t.id DESC
     LIMIT :limit)
     UNION ALL
   (SELECT t.play_count, t.created_at, t.id
      FROM start w
      JOIN tracks t
        ON t.is_public
       AND lower(t.title COLLATE "und-x-icu") LIKE w.pattern
     WHERE w.rank = 1 AND w.has_trigram AND NOT EXISTS (SELECT FROM edge_1)
       AND (t.play_count, t.created_at, t.id) < (w.play_count, w.created_at, w.id)
     ORDER BY t.play_count DESC, t.created_at DESC, t.id DESC
     LIMIT :limit)
     UNION ALL
   (SELECT t.play_count, t.created_at, t.id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT *
             FROM track_search s
            WHERE (s.tier, s.created_at, s.track_id) < (w.tier, w.from_created_at, w.from_id)
              AND s.folded_title LIKE w.pattern
           OFFSET 0) s
     CROSS JOIN LATERAL (SELECT * FROM tracks t WHERE t.id = s.track_id OFFSET 0) t
     WHERE w.rank = 1 AND NOT w.has_trigram AND NOT EXISTS (SELECT FROM edge_1)
       AND (t.play_count, t.created_at, t.id) < (w.play_count, w.created_at, w.id)
     ORDER BY t.play_count DESC, t.created_at DESC, t.id DESC
     LIMIT :limit)
),
-- Rank 2, artists and genres: the same, for what is left of the page.
edge_2 AS MATERIALIZED (
    SELECT w.*, h.tier AS to_tier,
           CASE WHEN h.tier < 32 THEN h.created_at ELSE '-infinity' END AS to_created_at,
           CASE WHEN h.tier < 32 THEN h.track_id ELSE -9223372036854775808 END AS to_id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT s.tier, s.created_at, s.track_id
             FROM (SELECT *
                     FROM track_search s
                    WHERE (s.tier, s.created_at, s.track_id) < (w.tier, w.from_created_at, w.from_id)
                    ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
                    LIMIT 2000 + 100 * :limit::bigint) s
            WHERE (s.folded_artist LIKE w.pattern OR s.folded_genre LIKE w.pattern) AND s.folded_title NOT LIKE w.pattern
              AND (s.tier < w.tier OR s.tier < 32)
            ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
           OFFSET GREATEST(:limit - (SELECT count(*) FROM page_1) - 1, 0)
            LIMIT 1) h
     WHERE w.rank = 2
       AND (SELECT count(*) FROM page_1) < :limit
),
page_2 AS MATERIALIZED (
   (SELECT t.play_count, t.created_at, t.id
      FROM edge_2 w
     CROSS JOIN LATERAL (
           SELECT *
             FROM track_search s
            WHERE (s.tier, s.created_at, s.track_id) < (w.tier, w.from_created_at, w.from_id)
              AND (s.tier, s.created_at, s.track_id) >= (w.to_tier, w.to_created_at, w.to_id)
            ORDER BY s.tier DESC, s.created_at DESC, s.track_id DESC
           OFFSET 0) s
     CROSS JOIN LATERAL (SELECT * FROM tracks t WHERE t.id = s.track_id OFFSET 0) t
     WHERE (s.folded_artist LIKE w.pattern OR s.folded_genre LIKE w.pattern) AND s.folded_title NOT LIKE w.pattern
       AND (t.play_count, t.created_at, t.id) < (w.play_count, w.created_at, w.id)
     ORDER BY t.play_count DESC, t.created_at DESC, t.id DESC
     LIMIT :limit - (SELECT count(*) FROM page_1))
     UNION ALL
   (SELECT t.play_count, t.created_at, t.id
      FROM start w
      JOIN tracks t
        ON t.is_public
       AND (lower(t.artist COLLATE "und-x-icu") LIKE w.pattern OR lower(t.genre COLLATE "und-x-icu") LIKE w.pattern)
       AND lower(t.title COLLATE "und-x-icu") NOT LIKE w.pattern
     WHERE w.rank = 2 AND w.has_trigram AND NOT EXISTS (SELECT FROM edge_2)
       AND (SELECT count(*) FROM page_1) < :limit
       AND (t.play_count, t.created_at, t.id) < (w.play_count, w.created_at, w.id)
     ORDER BY t.play_count DESC, t.created_at DESC, t.id DESC
     LIMIT :limit - (SELECT count(*) FROM page_1))
     UNION ALL
   (SELECT t.play_count, t.created_at, t.id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT *
             FROM track_search s
            WHERE (s.tier, s.created_at, s.track_id) < (w.tier, w.from_created_at, w.from_id)
              AND (s.folded_artist LIKE w.pattern OR s.folded_genre LIKE w.pattern) AND s.folded_title NOT LIKE w.pattern
           OFFSET 0) s
     CROSS JOIN LATERAL (SELECT * FROM tracks t WHERE t.id = s.track_id OFFSET 0) t
     WHERE w.rank = 2 AND NOT w.has_trigram AND NOT EXISTS (SELECT FROM edge_2)
       AND (SELECT count(*) FROM page_1) < :limit
       AND (t.play_count, t.created_at, t.id) < (w.play_count, w.created_at, w.id)
     ORDER BY t.play_count DESC, t.created_at DESC, t.id DESC
     LIMIT :limit - (SELECT count(*) FROM page_1))
)
SELECT t.id,
       t.title,
       t.artist,
       t.album,
       t.genre,
       t.description,
       t.audio_url,
       t.waveform_url,
       t.duration,
       t.file_size,
       t.file_format,
       t.metadata,
       t.is_public,
       t.is_explicit,
       t.play_count,
       t.like_count,
       t.created_at,
       u.id AS user_id,
       u.username,
       u.avatar_url,
       EXISTS (SELECT FROM likes l WHERE l.user_id = :viewer_id AND l.track_id = t.id) AS is_liked,
       (SELECT count(*) FROM comments c WHERE c.track_id = t.id) AS comment_count,
       page.rank
  FROM (SELECT 1 AS rank, id FROM page_1 UNION ALL SELECT 2, id FROM page_2) page
 CROSS JOIN LATERAL (SELECT * FROM tracks t WHERE t.id = page.id OFFSET 0) t
 CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = t.user_id OFFSET 0) u
 ORDER BY page.rank, t.play_count DESC, t.created_at DESC, t.id DESC;
