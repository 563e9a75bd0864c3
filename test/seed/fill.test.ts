/** What the platform's own seed files leave in a database: sound, true, skewed, and up to the date that was asked for. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMigratedDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { at, parse } from "../contract/support/call.ts";
import type { CallResult } from "../contract/support/call.ts";
import { asOf, countRows, restingTriggers, seed, tables, valueOf } from "./support/fill.ts";

let database: TestDatabase;
let result: CallResult;

beforeAll(async () => {
  database = await createMigratedDatabase();
  result = await seed(database, ["--scale", "0.002", "--json"]);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

const one = (query: string): Promise<unknown> => valueOf(database.sql, query);
/** How many rows are as they should not be. */
const wrong = async (query: string): Promise<number> =>
  Number(await one(`SELECT count(*)::int FROM ${query}`));

test("the result says what is in each table, how long it took and how fast", async () => {
  expect(result).toMatchObject({ code: 0, stderr: "" });
  const document = parse(result.stdout);
  expect(at(document, "schema")).toBe("veza-db/seed@1");
  const said = at(document, "data", "tables");
  const rows = Array.isArray(said) ? said.map((one_) => [String(at(one_, "table")), at(one_, "rows")]) : [];
  expect(Object.fromEntries(rows)).toEqual(await countRows(database.sql));
  expect(rows.length).toBe(tables.length);
  expect(at(document, "data", "durationMs")).toBeGreaterThan(0);
  expect(at(document, "data", "rowsPerSecond")).toBeGreaterThan(0);
  expect(at(document, "data")).toMatchObject({ asOf, scale: 0.002, seed: 1, database: database.name });
});

test("as many rows as the scale asks for", async () => {
  expect(await countRows(database.sql)).toMatchObject({
    users: 200,
    user_profiles: 180,
    tracks: 600,
    playlists: 100,
    chat_rooms: 20,
    chat_messages: 4000,
    comments: 1000,
    sessions: 400,
    audit_logs: 2000,
    user_stats: 200,
  });
  // Pairs stop where a row has everybody for a partner, which happens only in databases as small as this.
  expect(await wrong("likes")).toBeGreaterThan(3500);
  expect(await wrong("follows")).toBeGreaterThan(1000);
});

describe("counters are what counting gives", () => {
  test("by the schema's own view", async () => {
    expect(await database.sql`SELECT counter, id, stored, counted FROM counter_differences LIMIT 5`).toEqual(
      [],
    );
  });

  test("and in numbers that are not all zero", async () => {
    for (const sum of [
      "SELECT sum(like_count) FROM tracks",
      "SELECT sum(track_count) FROM playlists",
      "SELECT sum(duration) FROM playlists",
      "SELECT sum(follower_count) FROM user_stats",
      "SELECT sum(track_count) FROM user_stats",
      "SELECT sum(message_count) FROM chat_room_stats",
    ]) {
      expect(Number(await one(sum)), sum).toBeGreaterThan(100);
    }
    expect(await one("SELECT sum(message_count)::int FROM chat_room_stats")).toBe(4000);
  });
});

describe("references are sound", () => {
  test("every foreign key holds, asked anew", async () => {
    const keys = await database.sql<{ conrelid: string; conname: string }[]>`
      SELECT conrelid::regclass::text AS conrelid, conname FROM pg_constraint
       WHERE contype = 'f' AND conparentid = 0 AND connamespace = 'public'::regnamespace`;
    expect(keys.length).toBeGreaterThan(15);
    for (const { conrelid, conname } of keys) {
      const [definition] = await database.sql<{ text: string }[]>`
        SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint
         WHERE conname = ${conname} AND conrelid = ${conrelid}::regclass`;
      const [, columns = "", other = "", others = ""] =
        /FOREIGN KEY \((.+?)\) REFERENCES (\S+?)\((.+?)\)/.exec(definition?.text ?? "") ?? [];
      const pairs = columns.split(", ").map((column, index) => [column, others.split(", ")[index] ?? ""]);
      expect(
        await wrong(`${conrelid} c WHERE ${pairs.map(([column]) => `c.${column} IS NOT NULL`).join(" AND ")}
          AND NOT EXISTS (SELECT FROM ${other} p WHERE ${pairs.map(([column, key]) => `p.${key} = c.${column}`).join(" AND ")})`),
        `${conrelid} ${conname}`,
      ).toBe(0);
    }
  });

  test("a reply answers an earlier message of its own room, and knows when that was", async () => {
    expect(await wrong("chat_messages WHERE reply_to_id IS NOT NULL")).toBeGreaterThan(200);
    expect(
      await wrong(`chat_messages m LEFT JOIN chat_messages r
        ON r.id = m.reply_to_id AND r.created_at = m.reply_to_created_at AND r.room_id = m.room_id
           AND r.created_at < m.created_at
        WHERE m.reply_to_id IS NOT NULL AND r.id IS NULL`),
    ).toBe(0);
  });

  test("a comment answers an earlier one under the same track", async () => {
    expect(await wrong("comments WHERE parent_id IS NOT NULL")).toBeGreaterThan(50);
    expect(
      await wrong(`comments c JOIN comments p ON p.id = c.parent_id
        WHERE p.track_id <> c.track_id OR p.created_at >= c.created_at`),
    ).toBe(0);
  });

  test("nothing happens before what it happens to is there", async () => {
    for (const query of [
      "tracks t JOIN users u ON u.id = t.user_id WHERE t.created_at < u.created_at",
      "playlists p JOIN users u ON u.id = p.user_id WHERE p.created_at < u.created_at",
      "likes l JOIN tracks t ON t.id = l.track_id WHERE l.created_at < t.created_at",
      "likes l JOIN users u ON u.id = l.user_id WHERE l.created_at < u.created_at",
      "follows f JOIN users u ON u.id IN (f.follower_id, f.following_id) WHERE f.created_at < u.created_at",
      "playlist_tracks e JOIN tracks t ON t.id = e.track_id WHERE e.added_at < t.created_at",
      "chat_rooms r JOIN users u ON u.id = r.created_by WHERE r.created_at < u.created_at",
      "chat_room_participants p JOIN chat_rooms r ON r.id = p.room_id WHERE p.joined_at < r.created_at",
      "chat_room_participants WHERE last_read_at < joined_at",
      "chat_messages m JOIN chat_rooms r ON r.id = m.room_id WHERE m.created_at < r.created_at",
      "chat_messages m JOIN users u ON u.id = m.user_id WHERE m.created_at < u.created_at",
      "comments c JOIN tracks t ON t.id = c.track_id WHERE c.created_at < t.created_at",
      "sessions s JOIN users u ON u.id = s.user_id WHERE s.created_at < u.created_at",
      "users WHERE updated_at < created_at OR last_login_at < created_at",
    ]) {
      expect(await wrong(query), query).toBe(0);
    }
  });

  test("rooms hold no more people than they may, their founder first among them", async () => {
    expect(
      await wrong(`(SELECT r.id FROM chat_rooms r JOIN chat_room_participants p ON p.room_id = r.id
        GROUP BY r.id HAVING count(*) > r.max_participants) full_rooms`),
    ).toBe(0);
    expect(
      await wrong(`chat_rooms r WHERE r.created_by IS NOT NULL AND NOT EXISTS (SELECT FROM chat_room_participants p
        WHERE p.room_id = r.id AND p.user_id = r.created_by AND p.role = 'admin')`),
    ).toBe(0);
    expect(
      await wrong(`chat_rooms r WHERE r.type = 'direct'
        AND (SELECT count(*) FROM chat_room_participants p WHERE p.room_id = r.id) <> 2`),
    ).toBe(0);
  });

  test("most messages are by people of the room, some by others, a few by nobody", async () => {
    const total = 4000;
    const strangers = await wrong(`chat_messages m WHERE m.user_id IS NOT NULL AND NOT EXISTS
      (SELECT FROM chat_room_participants p WHERE p.room_id = m.room_id AND p.user_id = m.user_id)`);
    expect(strangers / total).toBeGreaterThan(0.03);
    expect(strangers / total).toBeLessThan(0.2);
    expect(await wrong("chat_messages WHERE user_id IS NULL")).toBeGreaterThan(5);
  });

  test("the positions of a playlist go from 1 to its length", async () => {
    expect(
      await wrong(`(SELECT playlist_id FROM playlist_tracks GROUP BY playlist_id
        HAVING min(position) <> 1 OR max(position) <> count(*)) gaps`),
    ).toBe(0);
  });
});

describe("the history", () => {
  test("reaches as-of and stops there", async () => {
    for (const table of [
      "users",
      "tracks",
      "playlists",
      "chat_rooms",
      "chat_messages",
      "comments",
      "audit_logs",
      "sessions",
    ]) {
      expect(await one(`SELECT max(created_at) FROM ${table}`), table).toEqual(new Date(`${asOf}T00:00:00Z`));
    }
    for (const table of ["likes", "follows"]) {
      expect(await wrong(`${table} WHERE created_at > '${asOf}T00:00:00Z'`)).toBe(0);
      expect(
        await wrong(`${table} WHERE created_at > timestamptz '${asOf}T00:00:00Z' - interval '7 days'`),
      ).toBeGreaterThan(0);
    }
  });

  test("is 24 months long, in partitions, no month of which is empty", async () => {
    for (const table of ["chat_messages", "audit_logs"]) {
      expect(await one(`SELECT min(created_at) FROM ${table}`)).toEqual(new Date("2024-01-01T00:00:00Z"));
      expect(
        await one(`SELECT count(DISTINCT date_trunc('month', created_at, 'UTC'))::int FROM ${table}`),
      ).toBe(25);
      expect(await one(`SELECT count(DISTINCT tableoid)::int FROM ${table}`)).toBe(25);
    }
  });
});

describe("the shares are uneven", () => {
  test("a few artists own most plays", async () => {
    const share = await one(`SELECT (sum(plays) FILTER (WHERE place <= 10) / sum(plays))::float FROM (
      SELECT sum(play_count) AS plays, row_number() OVER (ORDER BY sum(play_count) DESC) AS place
        FROM tracks GROUP BY user_id) artists`);
    expect(share).toBeGreaterThan(0.5);
  });

  test("a few rooms hold most messages, one of them the most", async () => {
    const counts = await database.sql<{ n: number }[]>`
      SELECT count(*)::int AS n FROM chat_messages GROUP BY room_id ORDER BY 1 DESC`;
    expect((counts[0]?.n ?? 0) / 4000).toBeGreaterThan(0.15); // 1/√20 of them, and a little by later rooms
    expect((counts[0]?.n ?? 0) / (counts[1]?.n ?? 1)).toBeGreaterThan(1.3);
    expect((counts[0]?.n ?? 0) / (counts.at(-1)?.n ?? 1)).toBeGreaterThan(5);
  });

  test("playlists are short, but for a few", async () => {
    const [row] = await database.sql<{ most: number; middle: number }[]>`
      SELECT max(track_count)::int AS most, percentile_disc(0.5) WITHIN GROUP (ORDER BY track_count)::int AS middle FROM playlists`;
    expect(row?.most).toBeGreaterThan((row?.middle ?? 0) * 8);
  });
});

describe("names and texts", () => {
  test("are of several languages, with their accents", async () => {
    for (const letters of ["é", "ü", "ñ", "ã", "ß", "ğ"]) {
      const found =
        await wrong(`(SELECT first_name || last_name AS t FROM users UNION ALL SELECT title FROM tracks
        UNION ALL SELECT content FROM chat_messages UNION ALL SELECT name FROM playlists) texts WHERE t LIKE '%${letters}%'`);
      expect(found, letters).toBeGreaterThan(0);
    }
  });

  test("are not the same ones over and over", async () => {
    expect(await one("SELECT count(DISTINCT (first_name, last_name))::int FROM users")).toBeGreaterThan(170);
    expect(await one("SELECT count(DISTINCT title)::int FROM tracks")).toBeGreaterThan(400);
    expect(await one("SELECT count(DISTINCT content)::int FROM chat_messages")).toBeGreaterThan(1200);
  });

  test("hold no unfilled place, and no two spaces", async () => {
    for (const [table, column] of [
      ["tracks", "title"],
      ["tracks", "artist"],
      ["tracks", "album"],
      ["tracks", "description"],
      ["playlists", "name"],
      ["chat_rooms", "name"],
      ["chat_messages", "content"],
      ["comments", "content"],
      ["users", "bio"],
    ]) {
      expect(
        await wrong(`${table} WHERE ${column} ~ '[{}]|  |^ | $|undefined|null'`),
        `${table}.${column}`,
      ).toBe(0);
    }
  });

  test("an artist's tracks bear one name and one genre", async () => {
    expect(
      await wrong(
        "(SELECT user_id FROM tracks GROUP BY user_id HAVING count(DISTINCT artist) > 1 OR count(DISTINCT genre) > 1) x",
      ),
    ).toBe(0);
    expect(await wrong("tracks WHERE artist IS NULL OR genre IS NULL")).toBeGreaterThan(10);
  });

  test("mail addresses belong to nobody", async () => {
    expect(await wrong("users WHERE email !~ '@(.+\\.)?example(\\.(com|org|net))?$'")).toBe(0);
  });
});

test("ids go on where the data ends, and every trigger is awake again", async () => {
  const { sql } = database;
  expect(await restingTriggers(sql)).toEqual([]);
  await sql
    .begin(async (transaction) => {
      const insert = async (text: string): Promise<unknown> =>
        Object.values(
          (await transaction.unsafe<Record<string, unknown>[]>(`${text} RETURNING id`))[0] ?? {},
        )[0];
      expect(
        await insert("INSERT INTO users (email, username, password_hash) VALUES ('a@b.example', 'a', '')"),
      ).toBe("201");
      expect(
        await insert(
          "INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format) VALUES (201, 't', '', 1, 1, 'mp3')",
        ),
      ).toBe("601");
      expect(await insert("INSERT INTO chat_messages (room_id, content) VALUES (1, 'x')")).toBe("4001");
      expect(await insert("INSERT INTO audit_logs (action, resource_type) VALUES ('x', 'y')")).toBe("2001");
      await transaction`INSERT INTO likes (user_id, track_id) VALUES (201, 601)`;
      const [track] = await transaction`SELECT like_count FROM tracks WHERE id = 601`;
      expect(track?.["like_count"]).toBe("1");
      const [stats] = await transaction`SELECT track_count FROM user_stats WHERE user_id = 201`;
      expect(stats?.["track_count"]).toBe("1");
      throw new RollBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RollBack)) throw error;
    });
});

test("statistics are there from the beginning", async () => {
  const missing = await database.sql`
    SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
      AND relname = ANY (${tables}) AND NOT EXISTS (SELECT FROM pg_statistic WHERE starelid = pg_class.oid)`;
  expect(missing).toEqual([]);
});

class RollBack extends Error {}
