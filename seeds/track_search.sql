-- A row for each public track that has none yet.
INSERT INTO track_search (track_id, tier, created_at, folded_title, folded_artist, folded_genre)
SELECT c.track_id, c.tier, c.created_at, c.folded_title, c.folded_artist, c.folded_genre
  FROM track_search_counted c
 WHERE NOT EXISTS (SELECT FROM track_search s WHERE s.track_id = c.track_id);
