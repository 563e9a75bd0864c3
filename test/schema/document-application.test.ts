/** Statements as an application written against the document's tables sends them. */
import { expect, test } from "../support/database.ts";

test("inserts, reads and counts as before", async ({ migratedDatabase: { sql } }) => {
  await sql.unsafe(`
    INSERT INTO users (email, username, password_hash, first_name, last_name, bio, avatar_url, location, website,
                       email_verified, is_active, created_at, updated_at, last_login_at)
    VALUES ('ana@veza.app', 'ana', 'hash', 'Ana', NULL, NULL, NULL, 'Paris', NULL, TRUE, TRUE,
            '2024-05-01 12:00:00', CURRENT_TIMESTAMP, NULL),
           ('bob@veza.app', 'bob', 'hash', NULL, NULL, NULL, NULL, NULL, NULL, FALSE, TRUE, DEFAULT, DEFAULT, NULL);
    INSERT INTO user_profiles (user_id, preferences) VALUES (1, '{"theme": "dark"}');
    INSERT INTO tracks (user_id, title, artist, album, genre, description, audio_url, waveform_url, duration, file_size,
                        file_format, metadata, is_public, is_explicit, play_count, like_count)
    VALUES (1, 'Été', 'Ana', NULL, 'house', NULL, 'https://cdn/1', NULL, 200, 5000000, 'mp3', '{"bpm": 120}', TRUE, FALSE, 10, 0);
    INSERT INTO playlists (user_id, name, is_public, track_count, duration) VALUES (2, 'Mine', FALSE, 0, 0);
    INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (1, 1, 0);
    INSERT INTO chat_rooms (name, type, created_by, max_participants, is_private) VALUES ('Secret', 'private', 1, 10, TRUE);
    INSERT INTO chat_room_participants (room_id, user_id, role) VALUES (1, 1, 'admin'), (1, 2, 'member');
    INSERT INTO chat_messages (room_id, user_id, content, message_type, metadata) VALUES (1, 1, 'hi', 'text', '{}');
    INSERT INTO chat_messages (room_id, user_id, content, reply_to_id) VALUES (1, 2, 'hello', 1);
    INSERT INTO likes (user_id, track_id, created_at) VALUES (2, 1, CURRENT_TIMESTAMP) ON CONFLICT DO NOTHING;
    INSERT INTO follows (follower_id, following_id) VALUES (2, 1);
    INSERT INTO comments (user_id, track_id, content) VALUES (2, 1, 'nice');
    INSERT INTO comments (user_id, track_id, content, parent_id) VALUES (1, 1, 'thanks', 1);
    INSERT INTO sessions (id, user_id, device_id, ip_address, user_agent, expires_at)
    VALUES ('tok', 1, 'phone', '10.0.0.1', 'curl', CURRENT_TIMESTAMP + INTERVAL '1 hour');
    INSERT INTO audit_logs (user_id, action, resource_type, resource_id, old_values, new_values, ip_address)
    VALUES (1, 'update', 'track', 1, '{"title": "a"}', '{"title": "b"}', '10.0.0.1');
    INSERT INTO users (email, username, password_hash) VALUES ('ana@veza.app', 'ana', 'h') ON CONFLICT (email) DO NOTHING;
    UPDATE tracks SET play_count = play_count + 1 WHERE id = 1;
    UPDATE tracks SET like_count = like_count + 1 WHERE id = 1;
    UPDATE comments SET like_count = like_count + 1 WHERE id = 1;
    UPDATE chat_room_participants SET last_read_at = CURRENT_TIMESTAMP WHERE room_id = 1 AND user_id = 2;
    UPDATE sessions SET last_used_at = CURRENT_TIMESTAMP WHERE id = 'tok';
    UPDATE users SET last_login_at = CURRENT_TIMESTAMP WHERE id = 1`);
  expect(
    await sql`
    SELECT t.play_count::int, t.like_count::int, p.track_count::int, p.duration::int, r.is_private, c.like_count::int AS comment_likes,
           m.reply_to_id::int
      FROM tracks t, playlists p, chat_rooms r, comments c, chat_messages m
     WHERE c.id = 1 AND m.content = 'hello'`,
  ).toEqual([
    {
      play_count: 11,
      like_count: 1,
      track_count: 1,
      duration: 200,
      is_private: true,
      comment_likes: 1,
      reply_to_id: 1,
    },
  ]);
});

test("deleting an account or a track takes with it what the document says", async ({
  migratedDatabase: { sql },
}) => {
  await sql.unsafe(`
    INSERT INTO users (email, username, password_hash) VALUES ('a@x', 'a', 'x'), ('b@x', 'b', 'x');
    INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format) VALUES (1, 't', 'u', 1, 1, 'mp3');
    INSERT INTO playlists (user_id, name) VALUES (2, 'p');
    INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (1, 1, 1);
    INSERT INTO chat_rooms (name, created_by) VALUES ('r', 1);
    INSERT INTO chat_room_participants (room_id, user_id) VALUES (1, 1);
    INSERT INTO likes VALUES (2, 1);
    INSERT INTO comments (user_id, track_id, content) VALUES (2, 1, 'c');
    INSERT INTO follows VALUES (1, 2), (2, 1);
    INSERT INTO sessions (id, user_id, expires_at) VALUES ('s', 1, now() + interval '1 day');
    DELETE FROM users WHERE id = 1`);
  const [left] = await sql`
    SELECT (SELECT count(*)::int FROM tracks) AS tracks, (SELECT count(*)::int FROM likes) AS likes,
           (SELECT count(*)::int FROM comments) AS comments, (SELECT count(*)::int FROM follows) AS follows,
           (SELECT count(*)::int FROM playlist_tracks) AS entries, (SELECT count(*)::int FROM sessions) AS sessions,
           (SELECT count(*)::int FROM chat_room_participants) AS participants,
           (SELECT count(*)::int FROM chat_rooms WHERE created_by IS NULL) AS rooms`;
  expect(left).toEqual({
    tracks: 0,
    likes: 0,
    comments: 0,
    follows: 0,
    entries: 0,
    sessions: 0,
    participants: 0,
    rooms: 1,
  });
});

test("an instant is an instant in every zone", async ({ migratedDatabase: { sql } }) => {
  await sql`INSERT INTO users (email, username, password_hash) VALUES ('a@x', 'a', 'x')`;
  await sql.begin(async (transaction) => {
    await transaction`SET LOCAL TimeZone = 'America/New_York'`;
    await transaction`INSERT INTO sessions (id, user_id, expires_at) VALUES ('s', 1, CURRENT_TIMESTAMP + INTERVAL '1 hour')`;
  });
  const live = await sql.begin(async (transaction) => {
    await transaction`SET LOCAL TimeZone = 'Europe/Paris'`;
    return transaction`SELECT id FROM sessions WHERE expires_at > CURRENT_TIMESTAMP`;
  });
  expect(live).toHaveLength(1);
});
