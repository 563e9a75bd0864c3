-- The extension pg_trgm stays: it may have been here before, and others may use it.
DROP TRIGGER tracks_keep_tier ON tracks;
DROP TRIGGER tracks_keep_search_update ON tracks;
DROP TRIGGER tracks_keep_search_insert ON tracks;
DROP FUNCTION tracks_keep_tier();
DROP FUNCTION tracks_keep_search();
DROP TABLE track_search;
DROP FUNCTION popularity_tier(bigint);
DROP INDEX idx_user_stats_ranking;
DROP INDEX idx_tracks_search;
DROP INDEX idx_users_search;
