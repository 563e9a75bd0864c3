/**
 * Eight sessions do at random what a platform does, on so few rows that they always meet: likes, follows, plays, playlists,
 * messages that move between rooms and months, tracks and accounts that go. Afterwards every kept number is counted again.
 */
import postgres from "postgres";
import { expect, test } from "../support/database.ts";
import { refusal } from "./support/refusal.ts";
import { counterDifferences } from "./support/rows.ts";

const people = 12;
const tracks = 15;
const playlists = 6;
const rooms = 4;
const sessions = 8;
const statementsEach = 200;

/** Refusals that the mix must meet, and collisions between transactions that an application repeats. */
const expected =
  /^(accepted$|23503|23505|23514 (follows_not_oneself|chat_room_participants_check_capacity)|40001|40P01)/;

for (const level of ["read committed", "repeatable read"] as const) {
  test(`the counters are right after random concurrent writes, ${level}`, async ({ migratedDatabase }) => {
    const { sql } = migratedDatabase;
    await fill(sql);
    const random = seededRandom(level.length);
    const answers = new Map<string, number>();
    const session = async (): Promise<void> => {
      const own = postgres(migratedDatabase.url, {
        max: 1,
        onnotice: () => {},
        connection: { default_transaction_isolation: level },
      });
      for (let n = 0; n < statementsEach; n++) {
        const answer = await refusal(own.unsafe(statement(random)));
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
      await own.end();
    };
    await Promise.all(Array.from({ length: sessions }, session));
    expect([...answers.keys()].filter((answer) => !expected.test(answer))).toEqual([]);
    expect(answers.get("accepted")).toBeGreaterThan((sessions * statementsEach) / 2);
    expect(await counterDifferences(sql)).toEqual([]);
    expect(
      await sql`
      SELECT r.id FROM chat_rooms r JOIN chat_room_participants p ON p.room_id = r.id
       GROUP BY r.id HAVING count(*) > r.max_participants`,
    ).toHaveLength(0);
  });
}

async function fill(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    INSERT INTO users (email, username, password_hash) SELECT n || '@x', 'u' || n, 'x' FROM generate_series(1, ${people}) n;
    INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format)
    SELECT 1 + n % ${people}, 't' || n, 'u', n, 1, 'mp3' FROM generate_series(1, ${tracks}) n;
    INSERT INTO playlists (user_id, name) SELECT n, 'p' || n FROM generate_series(1, ${playlists}) n;
    INSERT INTO chat_rooms (name, max_participants) SELECT 'r' || n, 5 FROM generate_series(1, ${rooms}) n`);
}

/** One statement of the mix; what comes often stands there often. */
function statement(random: (below: number) => number): string {
  const some = (below: number): number => 1 + random(below);
  const [user, other, track, another] = [some(people), some(people), some(tracks), some(tracks)];
  const [list, room, elsewhere] = [some(playlists), some(rooms), some(rooms)];
  const messages = `SELECT id FROM chat_messages OFFSET ${random(100)} LIMIT 2`;
  const like = `INSERT INTO likes (user_id, track_id) VALUES (${user}, ${track}) ON CONFLICT DO NOTHING`;
  const play = `UPDATE tracks SET play_count = play_count + ${some(20)} WHERE id = ${track}`;
  const write = `INSERT INTO chat_messages (room_id, user_id, content) VALUES (${room}, ${user}, 'm')`;
  const entry = `INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (${list}, ${track}, ${some(40)})`;
  const mix = [
    like,
    like,
    like,
    play,
    play,
    play,
    write,
    write,
    write,
    entry,
    entry,
    `INSERT INTO likes (user_id, track_id) SELECT ${user}, t FROM unnest('{${track},${another}}'::bigint[]) t ON CONFLICT DO NOTHING`,
    `DELETE FROM likes WHERE user_id = ${user}`,
    `UPDATE likes SET track_id = ${another} WHERE user_id = ${user} AND track_id = ${track}`,
    `INSERT INTO follows (follower_id, following_id) VALUES (${user}, ${other}) ON CONFLICT DO NOTHING`,
    `DELETE FROM follows WHERE follower_id = ${user}`,
    `UPDATE follows SET following_id = ${other} WHERE follower_id = ${user}`,
    `UPDATE tracks SET like_count = like_count + 1 WHERE id = ${track}`,
    `UPDATE tracks SET is_public = NOT is_public WHERE id = ${track}`,
    `UPDATE tracks SET user_id = ${user}, title = 'Été' WHERE id = ${track}`,
    `UPDATE tracks SET duration = ${some(500)} WHERE id = ${track}`,
    `DELETE FROM playlist_tracks WHERE playlist_id = ${list} AND track_id = ${track}`,
    `UPDATE playlist_tracks SET playlist_id = ${some(playlists)} WHERE playlist_id = ${list} AND track_id = ${track}`,
    `INSERT INTO chat_messages (room_id, content, created_at)
     SELECT ${room}, 'm', now() + make_interval(days => d) FROM generate_series(-20, 40, 20) d`,
    `INSERT INTO chat_messages (room_id, content, reply_to_id)
     SELECT room_id, 'reply', id FROM chat_messages WHERE room_id = ${room} LIMIT 1`,
    `DELETE FROM chat_messages WHERE id IN (${messages})`,
    `UPDATE chat_messages SET room_id = ${elsewhere}, is_edited = true WHERE id IN (${messages})`,
    `UPDATE chat_messages SET created_at = now() + make_interval(days => ${random(100)}) WHERE id IN (${messages})`,
    `INSERT INTO chat_room_participants (room_id, user_id) VALUES (${room}, ${user}) ON CONFLICT DO NOTHING`,
    `DELETE FROM chat_room_participants WHERE room_id = ${room} AND user_id = ${user}`,
    `UPDATE users SET is_active = NOT is_active, first_name = 'Zoé' WHERE id = ${user}`,
  ];
  const rare = [
    `DELETE FROM tracks WHERE id = ${track}`,
    `DELETE FROM users WHERE id = ${user}`,
    `DELETE FROM chat_rooms WHERE id = ${room}`,
  ];
  const again = [
    `INSERT INTO users (id, email, username, password_hash) VALUES (${user}, '${user}@x', 'u${user}', 'x') ON CONFLICT DO NOTHING`,
    `INSERT INTO tracks (id, user_id, title, audio_url, duration, file_size, file_format)
     VALUES (${track}, ${user}, 't', 'u', 9, 1, 'mp3') ON CONFLICT DO NOTHING`,
    `INSERT INTO chat_rooms (id, name, max_participants) VALUES (${room}, 'r', 5) ON CONFLICT DO NOTHING`,
    `INSERT INTO playlists (id, user_id, name) VALUES (${list}, ${user}, 'p') ON CONFLICT DO NOTHING`,
  ];
  const dice = random(100);
  const deck = dice < 3 ? rare : dice < 13 ? again : mix;
  return deck[random(deck.length)] ?? like;
}

/** The same numbers on every run, as far as the sessions come in the same order. */
function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
