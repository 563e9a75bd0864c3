-- The numbers on the page become true: tracks.like_count, playlists.track_count and duration are
-- kept by triggers, and a table beside users holds what the search ranks people by.
--
-- All of it is exact at every commit. The triggers fire once per statement and take rows in the order of their ids,
-- so that two statements can wait for one another but not in a circle. What a few
-- index entries answer at once is not kept but counted live: following_count, playlist_count, comment_count,
-- participant_count, a user's total plays and likes.

-- One row per account, made with it: its counters and, beside them, its names folded to lower case, so that the search
-- for people finds in one index both what it looks for and what it ranks by.
CREATE TABLE user_stats (
    user_id           bigint  PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    follower_count    bigint  NOT NULL DEFAULT 0 CHECK (follower_count >= 0),
    track_count       bigint  NOT NULL DEFAULT 0 CHECK (track_count >= 0),
    is_active         boolean NOT NULL,
    folded_username   text    COLLATE "C" NOT NULL,
    folded_first_name text    COLLATE "C" NOT NULL,
    folded_last_name  text    COLLATE "C" NOT NULL
)
WITH (fillfactor = 70);

COMMENT ON TABLE user_stats IS 'What is counted of an account and searched for; kept by triggers.';
COMMENT ON COLUMN user_stats.track_count IS 'Public tracks.';

INSERT INTO user_stats
SELECT u.id,
       (SELECT count(*) FROM follows f WHERE f.following_id = u.id),
       (SELECT count(*) FROM tracks t WHERE t.user_id = u.id AND t.is_public),
       u.is_active,
       lower(u.username COLLATE "und-x-icu"),
       lower(COALESCE(u.first_name, '') COLLATE "und-x-icu"),
       lower(COALESCE(u.last_name, '') COLLATE "und-x-icu")
  FROM users u;

CREATE FUNCTION users_keep_stats() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO user_stats (user_id, is_active, folded_username, folded_first_name, folded_last_name)
        SELECT u.id, u.is_active,
               lower(u.username COLLATE "und-x-icu"),
               lower(COALESCE(u.first_name, '') COLLATE "und-x-icu"),
               lower(COALESCE(u.last_name, '') COLLATE "und-x-icu")
          FROM inserted u;
    ELSE
        UPDATE user_stats
           SET is_active = NEW.is_active,
               folded_username = lower(NEW.username COLLATE "und-x-icu"),
               folded_first_name = lower(COALESCE(NEW.first_name, '') COLLATE "und-x-icu"),
               folded_last_name = lower(COALESCE(NEW.last_name, '') COLLATE "und-x-icu")
         WHERE user_id = NEW.id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_keep_stats_insert AFTER INSERT ON users
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION users_keep_stats();
CREATE TRIGGER users_keep_stats_update AFTER UPDATE OF username, first_name, last_name, is_active ON users
    FOR EACH ROW
    WHEN (OLD.username <> NEW.username OR OLD.is_active <> NEW.is_active
          OR OLD.first_name IS DISTINCT FROM NEW.first_name OR OLD.last_name IS DISTINCT FROM NEW.last_name)
    EXECUTE FUNCTION users_keep_stats();

-- Follows -> user_stats.follower_count
CREATE FUNCTION follows_count() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
DECLARE
    first_id bigint;
    last_id  bigint;
    n        bigint;
    change   record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Nearly always one row: the short way.
        SELECT min(following_id), max(following_id), count(*) INTO first_id, last_id, n FROM inserted;
        IF first_id = last_id THEN
            UPDATE user_stats SET follower_count = follower_count + n WHERE user_id = first_id;
            RETURN NULL;
        END IF;
        FOR change IN SELECT following_id AS id, count(*) AS n FROM inserted GROUP BY following_id ORDER BY following_id LOOP
            UPDATE user_stats SET follower_count = follower_count + change.n WHERE user_id = change.id;
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR change IN SELECT following_id AS id, count(*) AS n FROM deleted GROUP BY following_id ORDER BY following_id LOOP
            UPDATE user_stats SET follower_count = GREATEST(follower_count - change.n, 0) WHERE user_id = change.id;
        END LOOP;
    ELSIF TG_OP = 'UPDATE' THEN
        FOR change IN
            SELECT following_id AS id, sum(step) AS n
              FROM (SELECT following_id, 1 AS step FROM inserted UNION ALL SELECT following_id, -1 FROM deleted) c
             GROUP BY following_id HAVING sum(step) <> 0 ORDER BY following_id
        LOOP
            UPDATE user_stats SET follower_count = GREATEST(follower_count + change.n, 0) WHERE user_id = change.id;
        END LOOP;
    ELSE
        UPDATE user_stats SET follower_count = 0 WHERE follower_count <> 0;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER follows_count_insert AFTER INSERT ON follows
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION follows_count();
CREATE TRIGGER follows_count_update AFTER UPDATE ON follows
    REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION follows_count();
CREATE TRIGGER follows_count_delete AFTER DELETE ON follows
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION follows_count();
CREATE TRIGGER follows_count_truncate AFTER TRUNCATE ON follows
    FOR EACH STATEMENT EXECUTE FUNCTION follows_count();

-- Likes -> tracks.like_count
--
-- The trigger for new likes has to come before the foreign key's own check of the track, which locks the row FOR KEY
-- SHARE: eight people who like one track would otherwise each lock it weakly first and then all want it
-- strongly, which is twice as slow. After a statement all row triggers fire before all statement triggers, and row
-- triggers by name in byte order: so this one is a row trigger, and its name is less than "RI_ConstraintTrigger…".
-- It does the whole statement's work when it meets the first row.
CREATE FUNCTION likes_count() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
DECLARE
    first_row record;
    change    record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT i.user_id, i.track_id, (SELECT count(*) FROM (SELECT FROM inserted LIMIT 2) two) AS rows
          INTO first_row
          FROM inserted i LIMIT 1;
        -- Nearly always one row: the short way.
        IF first_row.rows = 1 THEN
            UPDATE tracks SET like_count = like_count + 1 WHERE id = NEW.track_id;
            RETURN NULL;
        END IF;
        IF NEW.user_id <> first_row.user_id OR NEW.track_id <> first_row.track_id THEN
            RETURN NULL;
        END IF;
        FOR change IN SELECT track_id AS id, count(*) AS n FROM inserted GROUP BY track_id ORDER BY track_id LOOP
            UPDATE tracks SET like_count = like_count + change.n WHERE id = change.id;
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR change IN SELECT track_id AS id, count(*) AS n FROM deleted GROUP BY track_id ORDER BY track_id LOOP
            UPDATE tracks SET like_count = GREATEST(like_count - change.n, 0) WHERE id = change.id;
        END LOOP;
    ELSIF TG_OP = 'UPDATE' THEN
        FOR change IN
            SELECT track_id AS id, sum(step) AS n
              FROM (SELECT track_id, 1 AS step FROM inserted UNION ALL SELECT track_id, -1 FROM deleted) c
             GROUP BY track_id HAVING sum(step) <> 0 ORDER BY track_id
        LOOP
            UPDATE tracks SET like_count = GREATEST(like_count + change.n, 0) WHERE id = change.id;
        END LOOP;
    ELSE
        UPDATE tracks SET like_count = 0 WHERE like_count <> 0;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER "COUNT_likes_insert" AFTER INSERT ON likes
    REFERENCING NEW TABLE AS inserted FOR EACH ROW EXECUTE FUNCTION likes_count();
CREATE TRIGGER likes_count_update AFTER UPDATE ON likes
    REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION likes_count();
CREATE TRIGGER likes_count_delete AFTER DELETE ON likes
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION likes_count();
CREATE TRIGGER likes_count_truncate AFTER TRUNCATE ON likes
    FOR EACH STATEMENT EXECUTE FUNCTION likes_count();

-- Public tracks -> user_stats.track_count. Transition tables and a list of columns exclude each other, and a
-- play must not pay for this: updates have a row trigger that only fires when something changed that counts.
CREATE FUNCTION tracks_count() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
DECLARE
    change record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOR change IN SELECT user_id AS id, count(*) AS n FROM inserted WHERE is_public GROUP BY user_id ORDER BY user_id LOOP
            UPDATE user_stats SET track_count = track_count + change.n WHERE user_id = change.id;
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR change IN SELECT user_id AS id, count(*) AS n FROM deleted WHERE is_public GROUP BY user_id ORDER BY user_id LOOP
            UPDATE user_stats SET track_count = GREATEST(track_count - change.n, 0) WHERE user_id = change.id;
        END LOOP;
    ELSIF TG_OP = 'UPDATE' THEN
        FOR change IN
            SELECT user_id AS id, sum(step) AS n
              FROM (VALUES (NEW.user_id, NEW.is_public::integer), (OLD.user_id, - OLD.is_public::integer)) c (user_id, step)
             GROUP BY user_id HAVING sum(step) <> 0 ORDER BY user_id
        LOOP
            UPDATE user_stats SET track_count = GREATEST(track_count + change.n, 0) WHERE user_id = change.id;
        END LOOP;
    ELSE
        UPDATE user_stats SET track_count = 0 WHERE track_count <> 0;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER tracks_count_insert AFTER INSERT ON tracks
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION tracks_count();
CREATE TRIGGER tracks_count_update AFTER UPDATE OF user_id, is_public ON tracks
    FOR EACH ROW WHEN (OLD.user_id <> NEW.user_id OR OLD.is_public <> NEW.is_public)
    EXECUTE FUNCTION tracks_count();
CREATE TRIGGER tracks_count_delete AFTER DELETE ON tracks
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION tracks_count();
CREATE TRIGGER tracks_count_truncate AFTER TRUNCATE ON tracks
    FOR EACH STATEMENT EXECUTE FUNCTION tracks_count();

-- Playlist entries -> playlists.track_count, duration. A playlist is short and rarely changed, so it is counted
-- again instead of adjusted: lock its row, then look with fresh eyes. That needs no knowledge
-- of what a deleted track had lasted.
CREATE FUNCTION playlists_recount(playlists bigint[]) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
BEGIN
    PERFORM 1 FROM playlists p WHERE p.id = ANY (playlists_recount.playlists) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE playlists p
       SET track_count = c.track_count, duration = c.duration
      FROM (SELECT l.id, count(t.id) AS track_count, COALESCE(sum(t.duration), 0) AS duration
              FROM unnest(playlists_recount.playlists) l (id)
              LEFT JOIN playlist_tracks pt ON pt.playlist_id = l.id
              LEFT JOIN tracks t ON t.id = pt.track_id
             GROUP BY l.id) c
     WHERE p.id = c.id
       AND (p.track_count, p.duration) IS DISTINCT FROM (c.track_count, c.duration);
END;
$$;

CREATE FUNCTION playlist_tracks_count() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM playlists_recount(ARRAY(SELECT DISTINCT playlist_id FROM inserted));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM playlists_recount(ARRAY(SELECT DISTINCT playlist_id FROM deleted));
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM playlists_recount(ARRAY(SELECT playlist_id FROM inserted UNION SELECT playlist_id FROM deleted));
    ELSE
        UPDATE playlists SET track_count = 0, duration = 0 WHERE (track_count, duration) <> (0, 0);
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER playlist_tracks_count_insert AFTER INSERT ON playlist_tracks
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION playlist_tracks_count();
CREATE TRIGGER playlist_tracks_count_update AFTER UPDATE ON playlist_tracks
    REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION playlist_tracks_count();
CREATE TRIGGER playlist_tracks_count_delete AFTER DELETE ON playlist_tracks
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION playlist_tracks_count();
CREATE TRIGGER playlist_tracks_count_truncate AFTER TRUNCATE ON playlist_tracks
    FOR EACH STATEMENT EXECUTE FUNCTION playlist_tracks_count();

-- A track that gets longer makes its playlists longer. Before it does, it waits for everybody who is putting it
-- into a playlist at this moment (their foreign key holds the row FOR KEY SHARE): otherwise neither would see the other.
CREATE FUNCTION tracks_change_duration() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
BEGIN
    IF TG_WHEN = 'BEFORE' THEN
        PERFORM 1 FROM tracks t WHERE t.id = OLD.id FOR UPDATE;
        RETURN NEW;
    END IF;
    PERFORM playlists_recount(ARRAY(SELECT playlist_id FROM playlist_tracks WHERE track_id = NEW.id));
    RETURN NULL;
END;
$$;

CREATE TRIGGER tracks_before_duration_changes BEFORE UPDATE OF duration ON tracks
    FOR EACH ROW WHEN (OLD.duration <> NEW.duration) EXECUTE FUNCTION tracks_change_duration();
CREATE TRIGGER tracks_duration_changed AFTER UPDATE OF duration ON tracks
    FOR EACH ROW WHEN (OLD.duration <> NEW.duration) EXECUTE FUNCTION tracks_change_duration();

-- An application written before these triggers counts by itself: it inserts a like and adds one to like_count. It may
-- go on doing so; its addition has no effect, or every like would count twice. recount_counters() sets veza.recount.
CREATE FUNCTION tracks_keep_counters() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF current_setting('veza.recount', true) IS DISTINCT FROM 'on' THEN
        NEW.like_count := OLD.like_count;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER tracks_keep_counters BEFORE UPDATE OF like_count ON tracks
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION tracks_keep_counters();

CREATE FUNCTION playlists_keep_counters() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF current_setting('veza.recount', true) IS DISTINCT FROM 'on' THEN
        NEW.track_count := OLD.track_count;
        NEW.duration := OLD.duration;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER playlists_keep_counters BEFORE UPDATE OF track_count, duration ON playlists
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION playlists_keep_counters();

COMMENT ON COLUMN tracks.like_count IS 'Rows in likes; kept by triggers, an UPDATE by hand has no effect.';
COMMENT ON COLUMN playlists.track_count IS 'Rows in playlist_tracks; kept by triggers, an UPDATE by hand has no effect.';
COMMENT ON COLUMN playlists.duration IS 'Seconds, the sum of its tracks; kept by triggers, an UPDATE by hand has no effect.';

-- What was there before the triggers.
SET LOCAL veza.recount = 'on';
UPDATE tracks t SET like_count = c.n
  FROM (SELECT track_id, count(*) AS n FROM likes GROUP BY track_id) c
 WHERE c.track_id = t.id AND t.like_count <> c.n;
SELECT playlists_recount(ARRAY(SELECT id FROM playlists));
RESET veza.recount;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'users_keep_stats()',
        'follows_count()',
        'likes_count()',
        'tracks_count()',
        'playlists_recount(bigint[])',
        'playlist_tracks_count()',
        'tracks_change_duration()'
    ]::regprocedure[]
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', f, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END;
$$;
