-- Finding people and music by any part of a name, in any case, best known first.
--
-- Two ways lead to a page of results, and a query takes both: a rare needle goes through the trigram index, a common
-- one walks the ranking and stops when its page is full.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Where it had been installed before, in a schema of its own perhaps, its operator classes are found there.
SELECT set_config('search_path', concat_ws(', ', NULLIF(current_setting('search_path'), ''), quote_ident(n.nspname)), true)
  FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace
 WHERE e.extname = 'pg_trgm' AND n.nspname <> ALL (current_schemas(false));

-- The rare needle. These are the expressions that a query has to use:
--     lower(username COLLATE "und-x-icu") LIKE '%' || escaped || '%'
CREATE INDEX idx_users_search ON users USING gin (
    lower(username   COLLATE "und-x-icu") gin_trgm_ops,
    lower(first_name COLLATE "und-x-icu") gin_trgm_ops,
    lower(last_name  COLLATE "und-x-icu") gin_trgm_ops
) WHERE is_active;

CREATE INDEX idx_tracks_search ON tracks USING gin (
    lower(title  COLLATE "und-x-icu") gin_trgm_ops,
    lower(artist COLLATE "und-x-icu") gin_trgm_ops,
    lower(genre  COLLATE "und-x-icu") gin_trgm_ops
) WHERE is_public;

-- The common needle, people: the names ride along, so the walk reads this index alone.
CREATE INDEX idx_user_stats_ranking ON user_stats (follower_count DESC, track_count DESC, user_id DESC)
    INCLUDE (folded_username, folded_first_name, folded_last_name)
    WHERE is_active;

-- The common needle, tracks. An index on play_count would have to be rewritten by every play, in the row that is played
-- most. So tracks are ranked by a coarser number, which changes ever more rarely the more a track is played: exact below 32,
-- above that sixteen steps to each doubling (32, 34, 36 … 64, 68 …). It rises with play_count, so whoever
-- has walked to the end of a tier holds the best tracks up to there and sorts those few by the true number.
CREATE FUNCTION popularity_tier(n bigint) RETURNS smallint
LANGUAGE plpgsql
IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    shift integer;
BEGIN
    IF n < 32 THEN
        RETURN n;
    END IF;
    shift := floor(ln(n::double precision) / ln(2::double precision))::integer - 4;
    RETURN 16 * shift + (n >> shift);
END;
$$;

COMMENT ON FUNCTION popularity_tier(bigint) IS
    'A number that never falls when n rises: n itself below 32, then 16 steps to each doubling.';

-- One row per public track.
CREATE TABLE track_search (
    track_id      bigint      PRIMARY KEY REFERENCES tracks (id) ON DELETE CASCADE,
    tier          smallint    NOT NULL,
    created_at    timestamptz NOT NULL,
    folded_title  text        COLLATE "C" NOT NULL,
    folded_artist text        COLLATE "C" NOT NULL,
    folded_genre  text        COLLATE "C" NOT NULL
)
WITH (fillfactor = 90);

COMMENT ON TABLE track_search IS 'Public tracks as the search and the charts walk through them; kept by triggers.';
COMMENT ON COLUMN track_search.tier IS 'popularity_tier(tracks.play_count)';

INSERT INTO track_search
SELECT t.id, popularity_tier(t.play_count), t.created_at,
       lower(t.title COLLATE "und-x-icu"),
       lower(COALESCE(t.artist, '') COLLATE "und-x-icu"),
       lower(COALESCE(t.genre, '') COLLATE "und-x-icu")
  FROM tracks t
 WHERE t.is_public;

CREATE INDEX idx_track_search_ranking ON track_search (tier DESC, created_at DESC, track_id DESC)
    INCLUDE (folded_title, folded_artist, folded_genre);

CREATE FUNCTION tracks_keep_search() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO track_search
        SELECT t.id, popularity_tier(t.play_count), t.created_at,
               lower(t.title COLLATE "und-x-icu"),
               lower(COALESCE(t.artist, '') COLLATE "und-x-icu"),
               lower(COALESCE(t.genre, '') COLLATE "und-x-icu")
          FROM inserted t
         WHERE t.is_public;
    ELSIF NOT NEW.is_public THEN
        DELETE FROM track_search WHERE track_id = NEW.id;
    ELSE
        INSERT INTO track_search
        VALUES (NEW.id, popularity_tier(NEW.play_count), NEW.created_at,
                lower(NEW.title COLLATE "und-x-icu"),
                lower(COALESCE(NEW.artist, '') COLLATE "und-x-icu"),
                lower(COALESCE(NEW.genre, '') COLLATE "und-x-icu"))
        ON CONFLICT (track_id) DO UPDATE
        SET tier = EXCLUDED.tier,
            created_at = EXCLUDED.created_at,
            folded_title = EXCLUDED.folded_title,
            folded_artist = EXCLUDED.folded_artist,
            folded_genre = EXCLUDED.folded_genre;
    END IF;
    RETURN NULL;
END;
$$;

CREATE FUNCTION tracks_keep_tier() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
BEGIN
    UPDATE track_search SET tier = popularity_tier(NEW.play_count) WHERE track_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER tracks_keep_search_insert AFTER INSERT ON tracks
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION tracks_keep_search();
CREATE TRIGGER tracks_keep_search_update AFTER UPDATE OF title, artist, genre, is_public, created_at ON tracks
    FOR EACH ROW
    WHEN (OLD.title <> NEW.title OR OLD.is_public <> NEW.is_public OR OLD.created_at <> NEW.created_at
          OR OLD.artist IS DISTINCT FROM NEW.artist OR OLD.genre IS DISTINCT FROM NEW.genre)
    EXECUTE FUNCTION tracks_keep_search();
CREATE TRIGGER tracks_keep_tier AFTER UPDATE OF play_count ON tracks
    FOR EACH ROW WHEN (popularity_tier(OLD.play_count) <> popularity_tier(NEW.play_count))
    EXECUTE FUNCTION tracks_keep_tier();

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'tracks_keep_search()',
        'tracks_keep_tier()'
    ]::regprocedure[]
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', f, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END;
$$;
