DROP TRIGGER audit_logs_keep_ids_ahead ON audit_logs;
DROP TRIGGER comments_keep_ids_ahead ON comments;
DROP TRIGGER chat_rooms_keep_ids_ahead ON chat_rooms;
DROP TRIGGER playlists_keep_ids_ahead ON playlists;
DROP TRIGGER tracks_keep_ids_ahead ON tracks;
DROP TRIGGER users_keep_ids_ahead ON users;
DROP FUNCTION keep_ids_ahead();
DROP FUNCTION move_sequence_up(regclass, bigint);
