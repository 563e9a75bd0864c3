/** The kept numbers, one by one. In each test the numbers are worked out by hand; afterwards everything is counted again. */
import type postgres from "postgres";
import { createMigratedDatabase, expect, test } from "../support/database.ts";
import { addPlaylist, addTrack, addUser, counterDifferences } from "./support/rows.ts";

interface Cast {
  readonly ana: number;
  readonly bob: number;
  readonly cleo: number;
  /** Ana's, of 60 and of 100 seconds. */
  readonly one: number;
  readonly two: number;
}

async function castOf(sql: postgres.Sql): Promise<Cast> {
  const [ana, bob, cleo] = [await addUser(sql, "ana"), await addUser(sql, "bob"), await addUser(sql, "cleo")];
  return {
    ana,
    bob,
    cleo,
    one: await addTrack(sql, ana, "One", 60),
    two: await addTrack(sql, ana, "Two", 100),
  };
}

test("like_count counts likes, whatever happens to them", async ({ migratedDatabase: { sql } }) => {
  const { ana, bob, cleo, one, two } = await castOf(sql);
  const likes = async (): Promise<unknown> => {
    const [row] = await sql`SELECT array_agg(like_count::int ORDER BY id) AS n FROM tracks`;
    return row?.["n"];
  };
  await sql`INSERT INTO likes (user_id, track_id) VALUES (${bob}, ${one})`;
  expect(await likes()).toEqual([1, 0]);
  await sql`INSERT INTO likes (user_id, track_id)
            SELECT u, t FROM unnest(${[ana, bob, cleo]}::bigint[]) u, unnest(${[one, two]}::bigint[]) t
            ON CONFLICT DO NOTHING`;
  expect(await likes()).toEqual([3, 3]);
  await sql`DELETE FROM likes WHERE user_id = ${ana}`;
  expect(await likes()).toEqual([2, 2]);
  await sql`DELETE FROM likes WHERE user_id = ${bob} AND track_id = ${one}`;
  await sql`UPDATE likes SET track_id = ${one} WHERE user_id = ${bob}`;
  expect(await likes()).toEqual([2, 1]);
  await sql`DELETE FROM users WHERE id = ${cleo}`;
  expect(await likes()).toEqual([1, 0]);
  await sql`TRUNCATE likes`;
  expect(await likes()).toEqual([0, 0]);
  expect(await counterDifferences(sql)).toEqual([]);
});

test("a like that is rolled back is not counted", async ({ migratedDatabase: { sql } }) => {
  const { bob, one } = await castOf(sql);
  await sql
    .begin(async (transaction) => {
      await transaction`INSERT INTO likes (user_id, track_id) VALUES (${bob}, ${one})`;
      throw new Error("changed my mind");
    })
    .catch(() => {});
  expect(await counterDifferences(sql)).toEqual([]);
});

test("follower_count and track_count, with those who come, go and hide", async ({
  migratedDatabase: { sql },
}) => {
  const { ana, bob, cleo, one } = await castOf(sql);
  const stats = async (): Promise<unknown> =>
    sql`SELECT username, follower_count::int AS followers, track_count::int AS tracks
          FROM user_stats JOIN users ON id = user_id ORDER BY username`.values();
  await sql`INSERT INTO follows (follower_id, following_id)
            VALUES (${bob}, ${ana}), (${cleo}, ${ana}), (${ana}, ${bob})`;
  expect(await stats()).toEqual([
    ["ana", 2, 2],
    ["bob", 1, 0],
    ["cleo", 0, 0],
  ]);
  await sql`UPDATE follows SET following_id = ${cleo} WHERE follower_id = ${bob}`;
  await sql`UPDATE tracks SET is_public = false WHERE id = ${one}`;
  expect(await stats()).toEqual([
    ["ana", 1, 1],
    ["bob", 1, 0],
    ["cleo", 1, 0],
  ]);
  await sql`UPDATE tracks SET is_public = true, user_id = ${bob} WHERE id = ${one}`;
  expect(await stats()).toEqual([
    ["ana", 1, 1],
    ["bob", 1, 1],
    ["cleo", 1, 0],
  ]);
  await sql`DELETE FROM users WHERE id = ${ana}`;
  expect(await stats()).toEqual([
    ["bob", 0, 1],
    ["cleo", 1, 0],
  ]);
  await sql`TRUNCATE follows`;
  await sql`TRUNCATE tracks CASCADE`;
  expect(await stats()).toEqual([
    ["bob", 0, 0],
    ["cleo", 0, 0],
  ]);
  expect(await counterDifferences(sql)).toEqual([]);
});

test("a playlist knows its length in tracks and seconds", async ({ migratedDatabase: { sql } }) => {
  const { bob, one, two } = await castOf(sql);
  const mine = await addPlaylist(sql, bob, "Mine");
  const yours = await addPlaylist(sql, bob, "Yours");
  const lengths = async (): Promise<unknown> =>
    sql`SELECT track_count::int, duration::int FROM playlists ORDER BY id`.values();
  await sql`INSERT INTO playlist_tracks (playlist_id, track_id, position)
            VALUES (${mine}, ${one}, 1), (${mine}, ${two}, 2), (${yours}, ${two}, 1)`;
  expect(await lengths()).toEqual([
    [2, 160],
    [1, 100],
  ]);
  await sql`UPDATE tracks SET duration = duration + 5`;
  expect(await lengths()).toEqual([
    [2, 170],
    [1, 105],
  ]);
  await sql`UPDATE playlist_tracks SET playlist_id = ${yours}, position = 2 WHERE track_id = ${one}`;
  expect(await lengths()).toEqual([
    [1, 105],
    [2, 170],
  ]);
  await sql`DELETE FROM tracks WHERE id = ${two}`;
  expect(await lengths()).toEqual([
    [0, 0],
    [1, 65],
  ]);
  await sql`TRUNCATE playlist_tracks`;
  expect(await lengths()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(await counterDifferences(sql)).toEqual([]);
});

test("a track that gets longer while it is put into a playlist", async ({ migratedDatabase }) => {
  const { sql } = migratedDatabase;
  const { bob, one } = await castOf(sql);
  const mine = await addPlaylist(sql, bob, "Mine");
  let longer: Promise<unknown> = Promise.resolve();
  await sql.begin(async (transaction) => {
    await transaction`INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (${mine}, ${one}, 1)`;
    longer = (async () => sql`UPDATE tracks SET duration = 300 WHERE id = ${one}`)();
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  await longer;
  expect(await sql`SELECT duration::int FROM playlists`.values()).toEqual([[300]]);
});

test("what an application counts by itself does not count twice", async ({ migratedDatabase: { sql } }) => {
  const { bob, one } = await castOf(sql);
  const mine = await addPlaylist(sql, bob, "Mine");
  await sql`INSERT INTO likes (user_id, track_id) VALUES (${bob}, ${one})`;
  await sql`UPDATE tracks SET like_count = like_count + 1, play_count = play_count + 3 WHERE id = ${one}`;
  await sql`INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (${mine}, ${one}, 1)`;
  await sql`UPDATE playlists SET track_count = track_count + 1, duration = duration + 60 WHERE id = ${mine}`;
  expect(await sql`SELECT like_count::int, play_count::int FROM tracks WHERE id = ${one}`.values()).toEqual([
    [1, 3],
  ]);
  expect(await counterDifferences(sql)).toEqual([]);
});

test("counting is not editing: updated_at stays, and no index is touched", async ({
  migratedDatabase: { sql },
}) => {
  const { ana, bob, one } = await castOf(sql);
  const mine = await addPlaylist(sql, bob, "Mine");
  await sql`UPDATE tracks SET play_count = 100000`;
  const times = async (): Promise<unknown> =>
    sql`SELECT t.updated_at::text, p.updated_at::text FROM tracks t, playlists p WHERE t.id = ${one}`.values();
  const before = await times();
  const [row] = await sql.begin(async (transaction) => {
    const hot = async (): Promise<string> => {
      const [counts] = await transaction`
        SELECT n_tup_upd - n_tup_hot_upd AS others FROM pg_stat_xact_user_tables WHERE relname = 'tracks'`;
      return String(counts?.["others"]);
    };
    const others = await hot();
    for (let n = 0; n < 20; n++)
      await transaction`UPDATE tracks SET play_count = play_count + 1 WHERE id = ${one}`;
    await transaction`INSERT INTO likes (user_id, track_id) VALUES (${ana}, ${one}), (${bob}, ${one})`;
    await transaction`INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (${mine}, ${one}, 1)`;
    return [{ before: others, after: await hot() }];
  });
  expect(row?.after).toBe(row?.before);
  expect(await times()).toEqual(before);
});

test("what is edited gets a new updated_at", async ({ migratedDatabase: { sql } }) => {
  const { ana, one } = await castOf(sql);
  await sql`INSERT INTO user_profiles (user_id) VALUES (${ana})`;
  await sql`INSERT INTO chat_rooms (name, created_by) VALUES ('Hall', ${ana})`;
  await sql`INSERT INTO comments (user_id, track_id, content) VALUES (${ana}, ${one}, 'hm')`;
  await addPlaylist(sql, ana, "Mine");
  const edits = {
    users: "bio = 'me'",
    user_profiles: `preferences = '{"a": 1}'`,
    tracks: "album = 'A'",
    playlists: "name = 'Ours'",
    chat_rooms: "description = 'd'",
    comments: "content = 'well'",
  };
  for (const [table, edit] of Object.entries(edits)) {
    const rows = await sql.unsafe(
      `WITH old AS (SELECT max(updated_at) AS at FROM ${table}) UPDATE ${table} SET ${edit} FROM old RETURNING updated_at > old.at AS later`,
    );
    expect(rows[0], table).toEqual({ later: true });
  }
});

test("the search walks public tracks and active people as they are now", async ({
  migratedDatabase: { sql },
}) => {
  const { ana, one, two } = await castOf(sql);
  const walk = async (): Promise<unknown> =>
    sql`SELECT track_id::int, tier, folded_title, folded_artist FROM track_search ORDER BY track_id`.values();
  expect(await walk()).toEqual([
    [one, 0, "one", ""],
    [two, 0, "two", ""],
  ]);
  await sql`UPDATE tracks SET title = 'ÉTÉ', artist = 'Ñu', play_count = 40 WHERE id = ${one}`;
  await sql`UPDATE tracks SET is_public = false WHERE id = ${two}`;
  expect(await walk()).toEqual([[one, 36, "été", "ñu"]]);
  await sql`UPDATE tracks SET play_count = play_count + 1 WHERE id = ${one}`;
  await sql`UPDATE tracks SET play_count = play_count + 5 WHERE id = ${two}`;
  await sql`UPDATE tracks SET is_public = true WHERE id = ${two}`;
  expect(await walk()).toEqual([
    [one, 36, "été", "ñu"],
    [two, 5, "two", ""],
  ]);
  await sql`UPDATE users SET first_name = 'ZOÉ', username = 'Ana2', is_active = false WHERE id = ${ana}`;
  expect(
    await sql`
    SELECT folded_username, folded_first_name, is_active FROM user_stats WHERE user_id = ${ana}`.values(),
  ).toEqual([["ana2", "zoé", false]]);
  expect(await counterDifferences(sql)).toEqual([]);
});

test("popularity_tier never falls and stays close", async ({ migratedDatabase: { sql } }) => {
  const wrong = await sql`
    SELECT n FROM (
      SELECT n, popularity_tier(n) AS tier, popularity_tier(n - 1) AS before FROM generate_series(1, 20000) n
      UNION ALL
      SELECT (2::numeric ^ e)::bigint + d, popularity_tier((2::numeric ^ e)::bigint + d), popularity_tier((2::numeric ^ e)::bigint + d - 1)
        FROM generate_series(5, 62) e, generate_series(-2, 2) d) t
     WHERE tier < before OR tier > before + 1`;
  expect(wrong).toHaveLength(0);
  const [row] = await sql`
    SELECT popularity_tier(0) AS a, popularity_tier(31) AS b, popularity_tier(32) AS c, popularity_tier(9223372036854775807) AS d,
           max(n) - min(n) AS width FROM generate_series(60000, 70000) n WHERE popularity_tier(n) = popularity_tier(65536)`;
  expect(row).toEqual({ a: 0, b: 31, c: 32, d: 959, width: 4095 });
});

test("data brought past the triggers is found and put right", async () => {
  await using database = await createMigratedDatabase();
  const { sql } = database;
  await castOf(sql);
  const tables = [
    "users",
    "tracks",
    "playlists",
    "playlist_tracks",
    "likes",
    "follows",
    "chat_rooms",
    "chat_messages",
  ];
  for (const table of tables) await sql.unsafe(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await sql.unsafe(`
    INSERT INTO users (id, email, username, password_hash) SELECT n, n || '@x', 'U' || n, 'x' FROM generate_series(10, 19) n;
    INSERT INTO tracks (id, user_id, title, audio_url, duration, file_size, file_format, play_count)
    SELECT n, n, 'T' || n, 'u', n, 1, 'mp3', n * n FROM generate_series(10, 19) n;
    DELETE FROM tracks WHERE title = 'Two';
    INSERT INTO likes SELECT u, t FROM generate_series(10, 19) u, generate_series(10, 14) t;
    INSERT INTO follows SELECT u, 10 FROM generate_series(11, 19) u;
    INSERT INTO playlists (id, user_id, name) VALUES (1, 10, 'p');
    INSERT INTO playlist_tracks SELECT 1, t, t FROM generate_series(10, 19) t;
    INSERT INTO chat_rooms (id, name, type, is_private) VALUES (1, 'r', 'public', false);
    INSERT INTO chat_messages (room_id, user_id, content) SELECT 1, 10, 'm' FROM generate_series(1, 5)`);
  for (const table of tables) await sql.unsafe(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  expect((await counterDifferences(sql)).length).toBeGreaterThan(10);
  expect(await sql`SELECT * FROM recount_counters()`.values()).toEqual([
    ["tracks.like_count", "5"],
    ["playlists", "1"],
    ["user_stats", "11"],
    ["track_search", "10"],
    ["chat_room_stats", "1"],
  ]);
  expect(await counterDifferences(sql)).toEqual([]);
  expect(await sql`SELECT corrected::int FROM recount_counters()`.values()).toEqual([
    [0],
    [0],
    [0],
    [0],
    [0],
  ]);
});

test("somebody who may only like, follow and write needs no right to the counters", async ({
  migratedDatabase: { sql },
}) => {
  const { ana, bob, one } = await castOf(sql);
  const [room] = await sql`INSERT INTO chat_rooms (name) VALUES ('Hall') RETURNING id`;
  await sql.begin(async (transaction) => {
    // Roles belong to the whole server: this one goes with the transaction.
    await transaction.unsafe(`
      CREATE ROLE veza_test_liker NOLOGIN;
      GRANT INSERT ON likes, follows, chat_messages TO veza_test_liker;
      GRANT USAGE ON SEQUENCE chat_messages_id_seq TO veza_test_liker;
      SET LOCAL ROLE veza_test_liker;
      CREATE TEMP TABLE tracks (id bigint, like_count bigint);
      CREATE TEMP TABLE user_stats (user_id bigint, follower_count bigint);
      SET LOCAL search_path = pg_temp`);
    await transaction`INSERT INTO public.likes (user_id, track_id) VALUES (${bob}, ${one})`;
    await transaction`INSERT INTO public.follows (follower_id, following_id) VALUES (${bob}, ${ana})`;
    await transaction`INSERT INTO public.chat_messages (room_id, user_id, content) VALUES (${room?.["id"]}, ${bob}, 'hi')`;
    await transaction.unsafe("RESET ROLE; SET LOCAL search_path = public");
    expect(await transaction`SELECT * FROM counter_differences`).toHaveLength(0);
    expect(await transaction`SELECT like_count::int FROM public.tracks WHERE id = ${one}`.values()).toEqual([
      [1],
    ]);
    await transaction.unsafe("DROP OWNED BY veza_test_liker; DROP ROLE veza_test_liker");
  });
});
