-- Counters are exact as long as the triggers see every change. Whoever brings data past them (DISABLE TRIGGER for a
-- big load, a restore of data alone, a month of messages detached) can ask here what is wrong, and have it put right.

-- What the kept tables ought to hold, counted from the rows themselves.
CREATE VIEW user_stats_counted AS
SELECT u.id AS user_id,
       COALESCE(f.n, 0) AS follower_count,
       COALESCE(t.n, 0) AS track_count,
       u.is_active,
       lower(u.username COLLATE "und-x-icu") COLLATE "C" AS folded_username,
       lower(COALESCE(u.first_name, '') COLLATE "und-x-icu") COLLATE "C" AS folded_first_name,
       lower(COALESCE(u.last_name, '') COLLATE "und-x-icu") COLLATE "C" AS folded_last_name
  FROM users u
  LEFT JOIN (SELECT following_id, count(*) AS n FROM follows GROUP BY following_id) f ON f.following_id = u.id
  LEFT JOIN (SELECT user_id, count(*) AS n FROM tracks WHERE is_public GROUP BY user_id) t ON t.user_id = u.id;

CREATE VIEW track_search_counted AS
SELECT t.id AS track_id,
       popularity_tier(t.play_count) AS tier,
       t.created_at,
       lower(t.title COLLATE "und-x-icu") COLLATE "C" AS folded_title,
       lower(COALESCE(t.artist, '') COLLATE "und-x-icu") COLLATE "C" AS folded_artist,
       lower(COALESCE(t.genre, '') COLLATE "und-x-icu") COLLATE "C" AS folded_genre
  FROM tracks t
 WHERE t.is_public;

CREATE VIEW counter_differences AS
SELECT 'tracks.like_count' AS counter, t.id, t.like_count::text AS stored, COALESCE(c.n, 0)::text AS counted
  FROM tracks t
  LEFT JOIN (SELECT track_id, count(*) AS n FROM likes GROUP BY track_id) c ON c.track_id = t.id
 WHERE t.like_count <> COALESCE(c.n, 0)
UNION ALL
SELECT 'playlists', p.id, ROW (p.track_count, p.duration)::text, ROW (COALESCE(c.n, 0), COALESCE(c.seconds, 0))::text
  FROM playlists p
  LEFT JOIN (SELECT pt.playlist_id, count(*) AS n, sum(t.duration) AS seconds
               FROM playlist_tracks pt JOIN tracks t ON t.id = pt.track_id
              GROUP BY pt.playlist_id) c ON c.playlist_id = p.id
 WHERE p.track_count <> COALESCE(c.n, 0) OR p.duration <> COALESCE(c.seconds, 0)
UNION ALL
SELECT 'user_stats', COALESCE(s.user_id, c.user_id), s::text, c::text
  FROM user_stats s
  FULL JOIN user_stats_counted c ON c.user_id = s.user_id
 WHERE s.user_id IS NULL OR c.user_id IS NULL
    OR s.follower_count <> c.follower_count OR s.track_count <> c.track_count OR s.is_active <> c.is_active
    OR s.folded_username <> c.folded_username
    OR s.folded_first_name <> c.folded_first_name OR s.folded_last_name <> c.folded_last_name
UNION ALL
SELECT 'track_search', COALESCE(s.track_id, c.track_id), s::text, c::text
  FROM track_search s
  FULL JOIN track_search_counted c ON c.track_id = s.track_id
 WHERE s.track_id IS NULL OR c.track_id IS NULL
    OR s.tier <> c.tier OR s.created_at <> c.created_at
    OR s.folded_title <> c.folded_title OR s.folded_artist <> c.folded_artist OR s.folded_genre <> c.folded_genre
UNION ALL
SELECT 'chat_room_stats', r.id, ROW (COALESCE(s.n, 0), s.latest)::text, ROW (COALESCE(c.n, 0), c.latest)::text
  FROM chat_rooms r
  LEFT JOIN (SELECT room_id, sum(message_count) AS n, max(last_message_at) AS latest
               FROM chat_room_stats GROUP BY room_id) s ON s.room_id = r.id
  LEFT JOIN (SELECT room_id, count(*) AS n, max(created_at) AS latest
               FROM chat_messages GROUP BY room_id) c ON c.room_id = r.id
 WHERE COALESCE(s.n, 0) <> COALESCE(c.n, 0) OR s.latest < c.latest;

CREATE FUNCTION recount_counters() RETURNS TABLE (counter text, corrected bigint)
LANGUAGE plpgsql
SET veza.recount = 'on'
AS $$
DECLARE
    ids bigint[];
BEGIN
    -- Readers go on; writers wait until the numbers are in.
    LOCK TABLE users, tracks, playlists, playlist_tracks, likes, follows, chat_rooms, chat_messages,
               user_stats, track_search, chat_room_stats
        IN SHARE ROW EXCLUSIVE MODE;

    counter := 'tracks.like_count';
    UPDATE tracks t SET like_count = d.counted::bigint
      FROM counter_differences d WHERE d.counter = 'tracks.like_count' AND d.id = t.id;
    GET DIAGNOSTICS corrected = ROW_COUNT;
    RETURN NEXT;

    counter := 'playlists';
    ids := ARRAY(SELECT d.id FROM counter_differences d WHERE d.counter = 'playlists');
    PERFORM playlists_recount(ids);
    corrected := cardinality(ids);
    RETURN NEXT;

    counter := 'user_stats';
    ids := ARRAY(SELECT d.id FROM counter_differences d WHERE d.counter = 'user_stats');
    DELETE FROM user_stats s WHERE s.user_id = ANY (ids);
    INSERT INTO user_stats SELECT c.* FROM user_stats_counted c WHERE c.user_id = ANY (ids);
    corrected := cardinality(ids);
    RETURN NEXT;

    counter := 'track_search';
    ids := ARRAY(SELECT d.id FROM counter_differences d WHERE d.counter = 'track_search');
    DELETE FROM track_search s WHERE s.track_id = ANY (ids);
    INSERT INTO track_search SELECT c.* FROM track_search_counted c WHERE c.track_id = ANY (ids);
    corrected := cardinality(ids);
    RETURN NEXT;

    counter := 'chat_room_stats';
    ids := ARRAY(SELECT d.id FROM counter_differences d WHERE d.counter = 'chat_room_stats');
    DELETE FROM chat_room_stats s WHERE s.room_id = ANY (ids);
    INSERT INTO chat_room_stats (room_id, slot, message_count, last_message_at)
    SELECT m.room_id, 0, count(*), max(m.created_at)
      FROM chat_messages m WHERE m.room_id = ANY (ids) GROUP BY m.room_id;
    corrected := cardinality(ids);
    RETURN NEXT;
END;
$$;

COMMENT ON VIEW user_stats_counted IS 'What user_stats ought to hold.';
COMMENT ON VIEW track_search_counted IS 'What track_search ought to hold.';
COMMENT ON VIEW counter_differences IS 'Every kept number that is not what counting gives. Empty when all is well.';
COMMENT ON FUNCTION recount_counters() IS 'Puts right what counter_differences shows; returns how many of each kind.';

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION recount_counters() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END;
$$;
