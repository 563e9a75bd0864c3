/** What the schema refuses, each with the name by which an application recognises it. */
import { expect, test } from "../support/database.ts";
import { refusal } from "./support/refusal.ts";
import { addPlaylist, addRoom, addTrack, addUser } from "./support/rows.ts";

const newUser = "INSERT INTO users (email, username, password_hash) VALUES";
const newTrack = "INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format) VALUES";

const refused: Readonly<Record<string, string>> = {
  [`${newUser} ('ANA@veza.app', 'ana2', 'x')`]: "23505 users_email_folded_key",
  [`${newUser} ('other@veza.app', 'Ana', 'x')`]: "23505 users_username_folded_key",
  [`${newUser} ('e1@veza.app', 'ÉLODIE', 'x'), ('e2@veza.app', 'élodie', 'x')`]:
    "23505 users_username_folded_key",
  [`${newUser} (' ', 'blank', 'x')`]: "23514 users_email_check",
  [`${newUser} ('b@veza.app', '', 'x')`]: "23514 users_username_check",
  [`${newTrack} (1, '', 'u', 1, 1, 'mp3')`]: "23514 tracks_title_check",
  [`${newTrack} (1, 't', 'u', -1, 1, 'mp3')`]: "23514 tracks_duration_check",
  [`${newTrack} (1, 't', 'u', 1, -1, 'mp3')`]: "23514 tracks_file_size_check",
  "UPDATE tracks SET play_count = -1": "23514 tracks_play_count_check",
  "UPDATE tracks SET is_public = NULL": "23502",
  "UPDATE users SET created_at = NULL": "23502",
  "INSERT INTO playlist_tracks VALUES (1, 1, 1), (1, 2, 1)": "23505 playlist_tracks_position_key",
  "INSERT INTO playlist_tracks VALUES (1, 1, -1)": "23514 playlist_tracks_position_check",
  "INSERT INTO follows VALUES (1, 1)": "23514 follows_not_oneself",
  "INSERT INTO likes VALUES (1, 99)": "23503 likes_track_id_fkey",
  "INSERT INTO likes VALUES (99, 1)": "23503 likes_user_id_fkey",
  "INSERT INTO chat_rooms (name, type) VALUES ('r', 'banana')": "23514 chat_rooms_type_check",
  "INSERT INTO chat_rooms (name, type, is_private) VALUES ('r', 'public', true)":
    "23514 chat_rooms_private_matches_type",
  "INSERT INTO chat_rooms (name, type, is_private) VALUES ('r', 'direct', false)":
    "23514 chat_rooms_private_matches_type",
  "INSERT INTO chat_rooms (name, max_participants) VALUES ('r', 0)":
    "23514 chat_rooms_max_participants_check",
  "INSERT INTO chat_room_participants (room_id, user_id, role) VALUES (1, 1, 'god')":
    "23514 chat_room_participants_role_check",
  "INSERT INTO chat_messages (room_id, user_id, content, message_type) VALUES (1, 1, 'm', 'smell')":
    "23514 chat_messages_message_type_check",
  "INSERT INTO comments (user_id, track_id, content, parent_id) VALUES (1, 2, 'reply elsewhere', 1)":
    "23503 comments_parent_id_fkey",
  "INSERT INTO comments (user_id, track_id, content) VALUES (1, 1, '  ')": "23514 comments_content_check",
  "INSERT INTO sessions (id, user_id, expires_at) VALUES ('s', 1, now() - interval '1 hour')":
    "23514 sessions_expire_later",
};

test("each of these is refused, by name", async ({ migratedDatabase: { sql } }) => {
  const ana = await addUser(sql, "ana");
  const one = await addTrack(sql, ana, "One");
  await addTrack(sql, ana, "Two");
  await addPlaylist(sql, ana, "Mine");
  await addRoom(sql, "Hall");
  await sql`INSERT INTO comments (user_id, track_id, content) VALUES (${ana}, ${one}, 'first')`;
  const answers: Record<string, string> = {};
  for (const statement of Object.keys(refused)) answers[statement] = await refusal(sql.unsafe(statement));
  expect(answers).toEqual(refused);
});

test("a full room takes nobody in, however many try at once", async ({ migratedDatabase: { sql } }) => {
  const people = await Promise.all(Array.from({ length: 8 }, (_, n) => addUser(sql, `user${n}`)));
  const [room] = await sql`INSERT INTO chat_rooms (name, max_participants) VALUES ('Small', 3) RETURNING id`;
  const answers = await Promise.all(
    people.map((person) =>
      refusal(sql`INSERT INTO chat_room_participants (room_id, user_id) VALUES (${room?.["id"]}, ${person})`),
    ),
  );
  expect(answers.toSorted()).toEqual([
    ...Array.from({ length: 5 }, () => "23514 chat_room_participants_check_capacity"),
    ...Array.from({ length: 3 }, () => "accepted"),
  ]);
  // Somebody leaves, somebody comes; and a smaller room puts nobody out.
  await sql`DELETE FROM chat_room_participants WHERE user_id = (SELECT min(user_id) FROM chat_room_participants)`;
  const [newcomer] = people.filter((_, n) => answers[n] !== "accepted");
  await sql`INSERT INTO chat_room_participants (room_id, user_id) VALUES (${room?.["id"]}, ${newcomer ?? 0})`;
  await sql`UPDATE chat_rooms SET max_participants = 1`;
  expect(await sql`SELECT FROM chat_room_participants`).toHaveLength(3);
});

test("a playlist is renumbered in one statement, or in several of one transaction", async ({
  migratedDatabase: { sql },
}) => {
  const ana = await addUser(sql, "ana");
  const list = await addPlaylist(sql, ana, "Mine");
  for (const position of [1, 2, 3]) {
    const track = await addTrack(sql, ana, `Track ${position}`);
    await sql`INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (${list}, ${track}, ${position})`;
  }
  await sql`UPDATE playlist_tracks SET position = position + 1`;
  await sql.begin(async (transaction) => {
    await transaction`SET CONSTRAINTS ALL DEFERRED`;
    await transaction`UPDATE playlist_tracks SET position = 3 WHERE position = 2`;
    await transaction`UPDATE playlist_tracks SET position = 2 WHERE track_id = 2`;
  });
  expect(await sql`SELECT track_id::int, position FROM playlist_tracks ORDER BY position`).toEqual([
    { track_id: 2, position: 2 },
    { track_id: 1, position: 3 },
    { track_id: 3, position: 4 },
  ]);
});

test("type and is_private follow each other", async ({ migratedDatabase: { sql } }) => {
  await sql`INSERT INTO chat_rooms (name) VALUES ('neither')`;
  await sql`INSERT INTO chat_rooms (name, type) VALUES ('type', 'direct')`;
  await sql`INSERT INTO chat_rooms (name, is_private) VALUES ('private', true), ('open', false)`;
  await sql`INSERT INTO chat_rooms (name, type, is_private) VALUES ('both', 'private', true)`;
  expect(await sql`SELECT name, type, is_private FROM chat_rooms ORDER BY id`).toEqual([
    { name: "neither", type: "public", is_private: false },
    { name: "type", type: "direct", is_private: true },
    { name: "private", type: "private", is_private: true },
    { name: "open", type: "public", is_private: false },
    { name: "both", type: "private", is_private: true },
  ]);
  await sql`UPDATE chat_rooms SET is_private = true WHERE name = 'neither'`;
  await sql`UPDATE chat_rooms SET type = 'public' WHERE name = 'both'`;
  expect(
    await sql`SELECT name, type, is_private FROM chat_rooms WHERE name IN ('neither', 'both') ORDER BY id`,
  ).toEqual([
    { name: "neither", type: "private", is_private: true },
    { name: "both", type: "public", is_private: false },
  ]);
});
