/** The same seed, scale and date give the same rows: in every run, in every database, whatever else is loaded. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rowTexts } from "../../src/seed/load-table.ts";
import { planSeed } from "../../src/seed/plan.ts";
import { readSeedFolder } from "../../src/seed/read-files.ts";
import { makeWorld } from "../../src/seed/world.ts";
import { createMigratedDatabase, test as databaseTest } from "../support/database.ts";
import { asOf, countRows, digests, repository, seed, tables } from "./support/fill.ts";

/** What is sent for each table, as one short text: made without any server. */
function textDigests(wishes: {
  seed: number;
  scale: number;
  date?: string;
  only?: readonly string[];
}): Record<string, string> {
  const { files } = readSeedFolder(join(repository, "seeds"), repository);
  const { date = asOf, only = [], ...rest } = wishes;
  const all = { ...rest, only, asOf: Date.parse(`${date}T00:00:00Z`) };
  const plan = planSeed(files, all);
  const world = makeWorld(plan.files, {
    ...all,
    loaded: new Set(plan.tables.map(({ table }) => table)),
    bases: new Map(),
  });
  return Object.fromEntries(
    plan.tables.map(({ table: name }) => {
      const hash = createHash("sha256");
      const table = world.get(name);
      if (table !== undefined)
        for (const piece of rowTexts(table, table.columnNames, 0, table.rows)) hash.update(piece);
      return [name, hash.digest("hex").slice(0, 16)];
    }),
  );
}

describe("the text of the rows", () => {
  // Of every machine, Node and PostgreSQL. Whoever changes a seed file, a word list or a generator changes this on purpose.
  test("is the one that it always was", () => {
    expect(textDigests({ seed: 1, scale: 0.001 })).toMatchInlineSnapshot(`
      {
        "audit_logs": "aca3737cace169fe",
        "chat_messages": "a2975061160912ae",
        "chat_room_participants": "32105be7f6cbd863",
        "chat_rooms": "c4a7a46500fe4e08",
        "comments": "7d5fc6c85c339f51",
        "follows": "e43b6c6790093dfd",
        "likes": "e0496bb633adb46c",
        "playlist_tracks": "43af8e917c74ed8c",
        "playlists": "47063522861a21dc",
        "sessions": "50980805597c1ed2",
        "tracks": "6f736641651674a2",
        "user_profiles": "800a4192c71402ef",
        "users": "fcbe3cb0cb5869f8",
      }
    `);
  });

  test("is the same again", () => {
    const wishes = { seed: 3, scale: 0.003 };
    expect(textDigests(wishes)).toEqual(textDigests(wishes));
  });

  test("is another one in every table for another seed, and for another date wherever there are times", () => {
    const before = textDigests({ seed: 1, scale: 0.001 });
    const [seeded, dated] = [
      textDigests({ seed: 2, scale: 0.001 }),
      textDigests({ seed: 1, scale: 0.001, date: "2026-01-02" }),
    ];
    for (const name of Object.keys(before)) {
      expect(seeded[name], name).not.toBe(before[name]);
      expect(dated[name], name).not.toBe(before[name]);
    }
  });

  test("of a table does not depend on which others are loaded, but for numbers that count those", () => {
    const before = textDigests({ seed: 1, scale: 0.001 });
    for (const only of [
      ["users"],
      ["chat_messages"],
      ["comments", "follows"],
      ["likes", "playlist_tracks"],
    ]) {
      for (const [name, digest] of Object.entries(textDigests({ seed: 1, scale: 0.001, only }))) {
        const counts =
          (name === "tracks" && !only.includes("likes")) ||
          (name === "playlists" && !only.includes("playlist_tracks"));
        if (!counts) expect(digest, name).toBe(before[name]);
      }
    }
  });
});

databaseTest(
  "two databases hold the same, and a third one with another seed does not",
  async ({ migratedDatabase }) => {
    await using other = await createMigratedDatabase();
    const args = ["--scale", "0.001", "--seed", "42"];
    await seed(migratedDatabase, args);
    await seed(other, args);
    const before = await digests(migratedDatabase.sql);
    expect(await digests(other.sql)).toEqual(before);
    expect(Object.keys(before)).toEqual(tables);

    const again = await seed(other, [
      "--scale",
      "0.001",
      "--seed",
      "43",
      "--truncate",
      "--confirm",
      other.name,
    ]);
    expect(again.code, again.stderr).toBe(0);
    const changed = await digests(other.sql);
    for (const name of tables) expect(changed[name], name).not.toBe(before[name]);

    // And back again, over what the other seed left: ids start anew.
    await seed(other, [...args, "--truncate", "--confirm", other.name]);
    expect(await digests(other.sql)).toEqual(before);
  },
);

databaseTest("--only gives the rows of a whole run, and true counters", async ({ migratedDatabase }) => {
  await using whole = await createMigratedDatabase();
  await seed(whole, ["--scale", "0.001"]);
  const only = await seed(migratedDatabase, [
    "--scale",
    "0.001",
    "--only",
    "playlist_tracks",
    "--only",
    "likes",
  ]);
  expect(only.code, only.stderr).toBe(0);
  const loaded = ["users", "tracks", "playlists", "playlist_tracks", "likes", "track_search"];
  const rows = await countRows(migratedDatabase.sql);
  expect(tables.filter((name) => (rows[name] ?? 0) > 0).toSorted()).toEqual(
    [...loaded, "user_stats"].toSorted(),
  );
  expect(await digests(migratedDatabase.sql, loaded)).toEqual(await digests(whole.sql, loaded));
  expect(await migratedDatabase.sql`SELECT counter FROM counter_differences`).toEqual([]);
});

databaseTest(
  "--only users,tracks loads those two, with the counters at what is there",
  async ({ migratedDatabase }) => {
    const { code, stderr } = await seed(migratedDatabase, ["--scale", "0.001", "--only", "users, tracks"]);
    expect(code, stderr).toBe(0);
    const { sql } = migratedDatabase;
    expect(await countRows(sql, ["users", "tracks", "playlists", "likes"])).toEqual({
      users: 100,
      tracks: 300,
      playlists: 0,
      likes: 0,
    });
    expect(await sql`SELECT FROM tracks WHERE like_count <> 0`).toHaveLength(0);
    expect(await sql`SELECT counter FROM counter_differences`).toEqual([]);
  },
);
