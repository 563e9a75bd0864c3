/**
 * The platform's queries on generated data, held against formulations that are slow and obviously right
 * (test/query/references), for hundreds of parameters; and walked page by page, which must give each row exactly once.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "../../src/postgres/connect.ts";
import type { GivenValues } from "../../src/query/bind.ts";
import { Rows } from "../../src/query/rows.ts";
import { createMigratedDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { answer, connectTo, platformQuery } from "./support/platform.ts";
import type { JsonRow } from "./support/platform.ts";
import { randomOf } from "./support/random.ts";

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createMigratedDatabase();
  db = await connectTo(database.url);
  await db.send("SELECT setseed(0.42)");
  await db.send(readFileSync(join(import.meta.dirname, "support", "data.sql"), "utf8"));
  await db.send("VACUUM ANALYZE");
}, 120_000);

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

async function reference(name: string, ...values: readonly (string | null)[]): Promise<JsonRow[]> {
  const sql = readFileSync(join(import.meta.dirname, "references", `${name}.sql`), "utf8");
  return new Rows(await db.queryText(sql, values)).toJSON();
}

function run(name: string, given: GivenValues): Promise<JsonRow[]> {
  return answer(db, platformQuery(name), given);
}

/** All pages of a query; the next one begins after the last row of the one before. */
async function walk(
  name: string,
  given: GivenValues,
  limitOf: () => number,
  cursorOf: (row: JsonRow) => GivenValues,
): Promise<JsonRow[]> {
  const walked: JsonRow[] = [];
  for (let cursor: GivenValues = {}; ;) {
    const limit = limitOf();
    const page = await run(name, { ...given, ...cursor, limit: String(limit) });
    expect(page.length).toBeLessThanOrEqual(limit);
    walked.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return walked;
    cursor = cursorOf(last);
  }
}

function texts(row: JsonRow, columns: Readonly<Record<string, string>>): GivenValues {
  return Object.fromEntries(
    Object.entries(columns).map(([parameter, column]) => [parameter, String(row[column])]),
  );
}

test("users.profile", async () => {
  const random = randomOf(1);
  for (let call = 0; call < 300; call++) {
    const id = String(call < 40 ? call + 1 : random.below(1600));
    expect(await run("users.profile", { user_id: id }), id).toEqual(await reference("users.profile", id));
  }
});

const needles = [
  "", "mar", "MARIE", "luna", "Luna 1", "a_b", "_", "%", "\\", "b\\s", "x%1", "é", "ÉMI", "нин", "кино", "o'n", "'", "ma", "z",
  "1", "12", "137", "999", "renamed", "renamed_4", "zq", "zzz", "blue", "moon", "remark", "r&b", "drum_b", "jazz", "electro",
  "100% p", "ø", "noé", "é 1", "deep 3", "night 27", " ", "  ", "x".repeat(10_000), "🎵", "martin", "'; --", "$1", ":needle",
]; // prettier-ignore

test("users.search", async () => {
  const random = randomOf(2);
  const cursor = {
    after_rank: "rank",
    after_follower_count: "follower_count",
    after_track_count: "track_count",
    after_id: "id",
  };
  for (const needle of needles) {
    const expected = await reference("users.search", needle);
    for (const most of [400, 80]) {
      const walked = await walk(
        "users.search",
        { needle },
        () => 1 + random.below(most),
        (row) => texts(row, cursor),
      );
      expect(walked, needle).toEqual(expected);
    }
    // Pages of one row look no further than some entries of the ranking before they turn to the trigrams.
    for (let call = 0; call < 6 && expected.length > 0; call++) {
      const at = random.below(expected.length);
      const before = at === 0 ? {} : texts(expected[at - 1] ?? {}, cursor);
      expect(await run("users.search", { needle, limit: "1", ...before }), needle).toEqual(
        expected.slice(at, at + 1),
      );
    }
  }
});

test("tracks.search", async () => {
  const random = randomOf(3);
  const cursor = {
    after_rank: "rank",
    after_play_count: "play_count",
    after_created_at: "created_at",
    after_id: "id",
  };
  for (const needle of needles) {
    const viewer = random.below(3) === 0 ? undefined : String(1 + random.below(300));
    const expected = await reference("tracks.search", needle, viewer ?? null);
    const given = { needle, ...(viewer === undefined ? {} : { viewer_id: viewer }) };
    for (const most of [1500, 300]) {
      const walked = await walk(
        "tracks.search",
        given,
        () => 1 + random.below(most),
        (row) => texts(row, cursor),
      );
      expect(
        walked.map(({ id }) => id),
        needle,
      ).toEqual(expected.map(({ id }) => id));
      expect(walked, needle).toEqual(expected);
    }
    for (let call = 0; call < 10 && expected.length > 0; call++) {
      const at = random.below(expected.length);
      const limit = 1 + random.below(3);
      const before = at === 0 ? {} : texts(expected[at - 1] ?? {}, cursor);
      const page = await run("tracks.search", { ...given, limit: String(limit), ...before });
      expect(page, `${needle} at ${at}`).toEqual(expected.slice(at, at + limit));
    }
  }
});

test("playlists.with-tracks", async () => {
  const random = randomOf(4);
  for (let call = 0; call < 400; call++) {
    const id = String(call < 300 ? call + 1 : random.below(320));
    const owner = await db.query<{ user_id: string }>("SELECT user_id FROM playlists WHERE id = $1::bigint", [
      id,
    ]);
    const viewer = random.pick([
      undefined,
      owner[0]?.user_id,
      String(1 + random.below(60)),
      String(random.below(1500)),
    ]);
    const given = { playlist_id: id, ...(viewer === undefined ? {} : { viewer_id: viewer }) };
    const expected = await reference("playlists.with-tracks", id, viewer ?? null);
    expect(await run("playlists.with-tracks", given), id).toEqual(expected);
    const all = tracksOf(expected[0]);
    const walked: unknown[] = [];
    for (let after: GivenValues = {}; expected.length > 0;) {
      const limit = 1 + random.below(7);
      const page = tracksOf(
        (await run("playlists.with-tracks", { ...given, ...after, limit: String(limit) }))[0],
      );
      walked.push(...page);
      if (page.length < limit) break;
      after = { after_position: String(page.at(-1)?.["position"]) };
    }
    expect(walked, id).toEqual(all);
  }
});

function tracksOf(row: JsonRow | undefined): JsonRow[] {
  const tracks = row?.["tracks"];
  return Array.isArray(tracks) ? tracks : [];
}

test("chat.messages", async () => {
  const random = randomOf(5);
  for (let room = 0; room <= 61; room++) {
    const expected = await reference("chat.messages", String(room));
    const cursor = { before_created_at: "created_at", before_id: "id" };
    for (const most of [12, 2000]) {
      const walked = await walk(
        "chat.messages",
        { room_id: String(room) },
        () => 1 + random.below(most),
        (row) => texts(row, cursor),
      );
      expect(walked, String(room)).toEqual(expected);
    }
  }
});

test("chat.rooms", async () => {
  const random = randomOf(6);
  for (let call = 0; call < 300; call++) {
    const id = String(call < 210 ? call : random.below(1500));
    expect(await run("chat.rooms", { user_id: id }), id).toEqual(await reference("chat.rooms", id));
  }
});

/** Days within the data, and before and after it; with half days, so that ties at the boundary come in or stay out. */
function someDay(below: (most: number) => number): string {
  return new Date(Date.UTC(2022, 11, 25) + below(2 * 480) * 43_200_000).toISOString();
}

test("analytics.usage", async () => {
  const random = randomOf(7);
  for (let call = 0; call < 50; call++) {
    const since = call === 0 ? "-infinity" : someDay(random.below);
    expect(await run("analytics.usage", { since }), since).toEqual(await reference("analytics.usage", since));
  }
});

test("analytics.top-tracks", async () => {
  const random = randomOf(8);
  for (let day = 0; day < 20; day++) {
    const since = day === 0 ? "-infinity" : someDay(random.below);
    const expected = await reference("analytics.top-tracks", since);
    for (const limit of [0, 1, 1 + random.below(10), random.below(60), random.below(4000), 1_000_000_000]) {
      const rows = await run("analytics.top-tracks", { since, limit: String(limit) });
      expect(rows, `${since}, ${limit}`).toEqual(expected.slice(0, limit));
    }
  }
});

test("analytics.activity", async () => {
  const random = randomOf(9);
  for (let day = 0; day < 20; day++) {
    const since = day === 0 ? "-infinity" : someDay(random.below);
    const expected = await reference("analytics.activity", since);
    for (const limit of [0, 1, random.below(20), random.below(200), random.below(9000), 1_000_000_000]) {
      const rows = await run("analytics.activity", { since, limit: String(limit) });
      expect(rows, `${since}, ${limit}`).toEqual(expected.slice(0, limit));
    }
  }
});
