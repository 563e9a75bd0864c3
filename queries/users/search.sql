-- People found by any part of their names, in any case, best known first.
--
-- param: needle text  part of a username, first or last name; %, _ and \ are only themselves
-- param: limit integer 0.. = 20  rows at most
-- param: after_rank integer 1..2 = null  rank of the last row of the page before
-- param: after_follower_count bigint 0.. = null  its follower_count
-- param: after_track_count bigint 0.. = null  its track_count
-- param: after_id bigint = null  its id
-- cursor: after_rank, after_follower_count, after_track_count, after_id
--
-- column: track_count bigint not null  public tracks
-- column: follower_count bigint not null
-- column: rank integer not null  1 where the username holds the needle, else 2
--
-- Rows:    active accounts, a page of them. An empty needle is part of every name.
-- Order:   rank, then follower_count, track_count and id, all three descending. No two rows share an id.
-- Cost:    a common needle fills its page from the head of the ranking: one index, 1 / selectivity entries for each
--          row. A needle that does not, within some thousand entries, is rare: the trigrams find all of its rows, which
--          are then sorted. A needle without three letters or digits in a row has no trigram: if it is rare too, the
--          whole ranking is read.
-- Indexes: idx_user_stats_ranking (read alone, so keep it vacuumed), idx_users_search, user_stats_pkey, users_pkey

-- Subqueries end with OFFSET 0 where rows are fetched by a key: a planner that does not know :limit would read whole tables.
WITH start AS MATERIALIZED (
    -- One row for each rank, with the place where its page begins.
    SELECT r.rank, p.pattern, p.has_trigram,
           COALESCE(CASE r.rank WHEN :after_rank THEN :after_follower_count END, 9223372036854775807) AS follower_count,
           COALESCE(CASE r.rank WHEN :after_rank THEN :after_track_count END, 9223372036854775807) AS track_count,
           COALESCE(CASE r.rank WHEN :after_rank THEN :after_id END, 9223372036854775807) AS user_id
      FROM (VALUES (1), (2)) r (rank)
     CROSS JOIN (SELECT '%' || replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_') || '%' AS pattern,
                        folded ~ '[[:alnum:]]{3}' AS has_trigram
                   FROM lower(:needle COLLATE "und-x-icu") folded) p
     WHERE r.rank >= COALESCE(:after_rank, 1)
),
-- Rank 1, the usernames: first the head of the ranking, then, where that does not fill the page, the trigrams.
head_1 AS MATERIALIZED (
    SELECT s.follower_count, s.track_count, s.user_id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT *
             FROM user_stats s
            WHERE s.is_active AND (s.follower_count, s.track_count, s.user_id) < (w.follower_count, w.track_count, w.user_id)
            ORDER BY s.follower_count DESC, s.track_count DESC, s.user_id DESC
            LIMIT 1000 + 100 * :limit::bigint) s
     WHERE w.rank = 1
       AND s.folded_username LIKE w.pattern
     LIMIT :limit
),
page_1 AS MATERIALIZED (
    SELECT * FROM head_1 WHERE (SELECT count(*) FROM head_1) = :limit
     UNION ALL
   (SELECT s.follower_count, s.track_count, s.user_id
      FROM start w
      JOIN users u
        ON u.is_active
       AND lower(u.username COLLATE "und-x-icu") LIKE w.pattern
      JOIN user_stats s ON s.user_id = u.id
     WHERE w.rank = 1 AND w.has_trigram AND (SELECT count(*) FROM head_1) < :limit
       AND (s.follower_count, s.track_count, s.user_id) < (w.follower_count, w.track_count, w.user_id)
     ORDER BY s.follower_count DESC, s.track_count DESC, s.user_id DESC
     LIMIT :limit)
     UNION ALL
   (SELECT s.follower_count, s.track_count, s.user_id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT *
             FROM user_stats s
            WHERE s.is_active AND (s.follower_count, s.track_count, s.user_id) < (w.follower_count, w.track_count, w.user_id)
              AND s.folded_username LIKE w.pattern
           OFFSET 0) s
     WHERE w.rank = 1 AND NOT w.has_trigram AND (SELECT count(*) FROM head_1) < :limit
     ORDER BY s.follower_count DESC, s.track_count DESC, s.user_id DESC
     LIMIT :limit)
),
-- Rank 2, the other names: the same, for what is left of the page.
head_2 AS MATERIALIZED (
    SELECT s.follower_count, s.track_count, s.user_id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT *
             FROM user_stats s
            WHERE s.is_active AND (s.follower_count, s.track_count, s.user_id) < (w.follower_count, w.track_count, w.user_id)
            ORDER BY s.follower_count DESC, s.track_count DESC, s.user_id DESC
            LIMIT 1000 + 100 * :limit::bigint) s
     WHERE w.rank = 2
       AND (SELECT count(*) FROM page_1) < :limit
       AND (s.folded_first_name LIKE w.pattern OR s.folded_last_name LIKE w.pattern) AND s.folded_username NOT LIKE w.pattern
     LIMIT :limit - (SELECT count(*) FROM page_1)
),
page_2 AS MATERIALIZED (
    SELECT * FROM head_2 WHERE (SELECT count(*) FROM head_2) = :limit - (SELECT count(*) FROM page_1)
     UNION ALL
   (SELECT s.follower_count, s.track_count, s.user_id
      FROM start w
      JOIN users u
        ON u.is_active
       AND (lower(u.first_name COLLATE "und-x-icu") LIKE w.pattern OR lower(u.last_name COLLATE "und-x-icu") LIKE w.pattern)
       AND lower(u.username COLLATE "und-x-icu") NOT LIKE w.pattern
      JOIN user_stats s ON s.user_id = u.id
     WHERE w.rank = 2 AND w.has_trigram AND (SELECT count(*) FROM head_2) < :limit - (SELECT count(*) FROM page_1)
       AND (s.follower_count, s.track_count, s.user_id) < (w.follower_count, w.track_count, w.user_id)
     ORDER BY s.follower_count DESC, s.track_count DESC, s.user_id DESC
     LIMIT :limit - (SELECT count(*) FROM page_1))
     UNION ALL
   (SELECT s.follower_count, s.track_count, s.user_id
      FROM start w
     CROSS JOIN LATERAL (
           SELECT *
             FROM user_stats s
            WHERE s.is_active AND (s.follower_count, s.track_count, s.user_id) < (w.follower_count, w.track_count, w.user_id)
              AND (s.folded_first_name LIKE w.pattern OR s.folded_last_name LIKE w.pattern) AND s.folded_username NOT LIKE w.pattern
           OFFSET 0) s
     WHERE w.rank = 2 AND NOT w.has_trigram AND (SELECT count(*) FROM head_2) < :limit - (SELECT count(*) FROM page_1)
     ORDER BY s.follower_count DESC, s.track_count DESC, s.user_id DESC
     LIMIT :limit - (SELECT count(*) FROM page_1))
)
SELECT u.id,
       u.username,
       u.first_name,
       u.last_name,
       u.avatar_url,
       u.bio,
       page.track_count,
       page.follower_count,
       page.rank
  FROM (SELECT 1 AS rank, * FROM page_1 UNION ALL SELECT 2, * FROM page_2) page
 CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = page.user_id OFFSET 0) u
 ORDER BY page.rank, page.follower_count DESC, page.track_count DESC, u.id DESC;
