DROP TABLE playlist_tracks;
DROP TABLE playlists;
DROP TABLE tracks;
