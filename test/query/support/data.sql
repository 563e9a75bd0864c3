-- A small platform with everything that makes answers hard: ties on every sort key, nulls, empties, names that hold
-- wildcards, plays on both sides of every tier, authors who left, rooms without a word, playlists without a track.
SELECT create_month_partitions('chat_messages', '2023-01-01', 16);

INSERT INTO users (email, username, password_hash, first_name, last_name, bio, avatar_url, is_active, created_at, last_login_at)
SELECT n || '@veza.app',
       (ARRAY['mar', 'Marie', 'luna', 'a_b', 'x%', 'b\s', 'ÉMI', 'kino', 'noé', 'zed'])[1 + floor(random() * 10)::integer] || n,
       'x',
       (ARRAY['Marie', 'Omar', 'LUNA', '100%', NULL, '', 'Élise', 'Нина', 'O''Neil', 'Max'])[1 + floor(random() * 10)::integer],
       (ARRAY['Martin', 'Lima', 'Sy', NULL, NULL, 'Martinez', 'Ó', '_', 'Кино', 'Luna'])[1 + floor(random() * 10)::integer],
       CASE WHEN n % 3 = 0 THEN 'bio ' || n END,
       CASE WHEN n % 4 <> 0 THEN 'https://cdn/' || n END,
       random() < 0.93,
       '2023-01-01 00:00+00'::timestamptz + floor(random() * 400)::integer * interval '1 day',
       CASE WHEN random() < 0.5 THEN '2024-04-01 00:00:00.123456+00'::timestamptz END
  FROM generate_series(1, 1500) n;
INSERT INTO user_profiles (user_id, preferences)
SELECT id, jsonb_build_object('n', id) FROM users WHERE random() < 0.8;

INSERT INTO tracks (user_id, title, artist, album, genre, audio_url, duration, file_size, file_format, is_public, is_explicit, play_count, created_at)
SELECT 1 + floor(power(random(), 3) * 1200)::integer,
       (ARRAY['Blue Moon', 'Luna', 'Mar Azul', '100% Pure', 'a_b', 'Noé', 'Кино', 'Night', 'Deep', 'Remarkable'])[1 + floor(random() * 10)::integer]
           || CASE WHEN random() < 0.5 THEN ' ' || n ELSE '' END,
       (ARRAY['Luna', 'Martin', NULL, 'Ø', 'O''Neil', 'Blue Band'])[1 + floor(random() * 6)::integer],
       CASE WHEN n % 5 = 0 THEN 'Album ' || n % 10 END,
       (ARRAY['jazz', 'electro', NULL, 'r&b', 'Blues', 'drum_bass'])[1 + floor(random() * 6)::integer],
       'https://cdn/a/' || n, 60 + floor(random() * 5)::integer, 1000 + n, 'mp3', random() < 0.9, random() < 0.1,
       CASE WHEN random() < 0.3 THEN 0 WHEN random() < 0.5 THEN floor(random() * 40)::integer
            WHEN random() < 0.9 THEN floor(random() * 300)::integer ELSE floor(power(random(), 8) * 5000000)::integer END,
       '2023-01-01 00:00+00'::timestamptz + floor(random() * 450)::integer * interval '1 day'
  FROM generate_series(1, 4000) n;

INSERT INTO playlists (user_id, name, is_public, created_at)
SELECT 1 + floor(random() * 1500)::integer, 'List ' || n, random() < 0.7,
       '2023-01-01 00:00+00'::timestamptz + floor(random() * 450)::integer * interval '1 day'
  FROM generate_series(1, 300) n;
INSERT INTO playlist_tracks (playlist_id, track_id, position)
SELECT p, t, row_number() OVER (PARTITION BY p ORDER BY random()) * 2
  FROM (SELECT DISTINCT 1 + floor(power(random(), 3) * 270)::integer AS p, 1 + floor(power(random(), 2) * 4000)::integer AS t
          FROM generate_series(1, 2500)) s;

INSERT INTO likes (user_id, track_id)
SELECT DISTINCT 1 + floor(power(random(), 2) * 1500)::integer, 1 + floor(power(random(), 2) * 4000)::integer FROM generate_series(1, 6000);
INSERT INTO follows (follower_id, following_id, created_at)
SELECT a, b, '2023-01-01 00:00+00'::timestamptz + (a * 7 + b) % 450 * interval '1 day'
  FROM (SELECT DISTINCT 1 + floor(random() * 1500)::integer AS a, 1 + floor(power(random(), 3) * 1500)::integer AS b FROM generate_series(1, 5000)) s
 WHERE a <> b;
INSERT INTO comments (user_id, track_id, content)
SELECT 1 + floor(random() * 1500)::integer, 1 + floor(power(random(), 3) * 4000)::integer, 'comment ' || n FROM generate_series(1, 3000) n;

INSERT INTO chat_rooms (name, type, created_by, max_participants, created_at)
SELECT 'Room ' || n, CASE WHEN n % 3 = 0 THEN 'private' ELSE 'public' END, 1 + floor(random() * 1500)::integer, 2000,
       '2023-01-01 00:00+00'::timestamptz + floor(random() * 450)::integer * interval '1 day'
  FROM generate_series(1, 60) n;
INSERT INTO chat_room_participants (room_id, user_id, role)
SELECT DISTINCT 1 + floor(power(random(), 2) * 60)::integer, 1 + floor(power(random(), 2) * 200)::integer, 'member' FROM generate_series(1, 900);
-- Whole days, so that many messages are of one moment; some rooms speak in one month only.
INSERT INTO chat_messages (room_id, user_id, content, created_at, updated_at)
SELECT room, CASE WHEN random() < 0.9 THEN 1 + floor(power(random(), 2) * 250)::integer END, 'message ' || n, at, at
  FROM (SELECT n, 1 + floor(power(random(), 3) * 55)::integer AS room,
               '2023-01-05 00:00+00'::timestamptz + floor(random() * 470)::integer * interval '1 day' AS at
          FROM generate_series(1, 4000) n) s
 WHERE room % 7 <> 0 OR at < '2023-03-01';
INSERT INTO chat_messages (room_id, user_id, content, created_at, updated_at, reply_to_id)
SELECT m.room_id, 1 + floor(random() * 250)::integer, 'reply to ' || m.id, m.created_at + floor(random() * 3)::integer * interval '1 day', m.created_at, m.id
  FROM (SELECT * FROM chat_messages WHERE random() < 0.25) m
 WHERE m.created_at < '2024-04-20';
-- Messages that are answered go, and so do people who wrote.
DELETE FROM chat_messages WHERE id % 29 = 0;
DELETE FROM chat_messages WHERE room_id = 3 AND created_at > '2023-09-01';
DELETE FROM users WHERE id % 37 = 0;
UPDATE tracks SET play_count = play_count + 40 WHERE id % 11 = 0;
UPDATE tracks SET is_public = NOT is_public WHERE id % 53 = 0;
UPDATE users SET username = 'renamed_' || id, first_name = NULL WHERE id % 41 = 0;
