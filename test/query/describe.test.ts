/** What the server says of a query: types, and which columns are never null. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "../../src/postgres/connect.ts";
import { describeQuery } from "../../src/query/describe.ts";
import { readQueryText } from "../../src/query/read-file.ts";
import { createDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { connectTo, platform, platformQuery } from "./support/platform.ts";
import { createMigratedDatabase } from "../support/database.ts";

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createDatabase();
  db = await connectTo(database.url);
  await db.send(`
    CREATE TABLE a (id int PRIMARY KEY, name text NOT NULL, note text);
    CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, name text NOT NULL);
    CREATE TABLE parts (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
    CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
    CREATE VIEW v AS SELECT id, name FROM a;
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE DOMAIN name_of_mood AS text;
  `);
});

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

const never = false;
const maybe = true;
const cases: readonly (readonly [sql: string, nullable: readonly boolean[]])[] = [
  ["SELECT id, name, note FROM a", [never, never, maybe]],
  ["SELECT id + 1, count(*) FROM a GROUP BY id", [maybe, maybe]],
  ["SELECT a.id, b.id FROM a JOIN b ON b.a_id = a.id", [never, never]],
  ["SELECT a.id, b.id FROM a LEFT JOIN b ON b.a_id = a.id", [never, maybe]],
  ["SELECT a.id, b.id FROM b RIGHT JOIN a ON b.a_id = a.id", [never, maybe]],
  ["SELECT a.id, b.id FROM a FULL JOIN b ON b.a_id = a.id", [maybe, maybe]],
  // The condition on b makes an inner join of it, and the planner says so.
  ["SELECT a.id, b.id FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.name = 'x'", [never, never]],
  ["SELECT b.name FROM a LEFT JOIN LATERAL (SELECT * FROM b WHERE b.a_id = a.id LIMIT 1) b ON true", [maybe]],
  ["SELECT b.name FROM a CROSS JOIN LATERAL (SELECT * FROM b WHERE b.a_id = a.id LIMIT 1) b", [never]],
  ["WITH c AS MATERIALIZED (SELECT * FROM b) SELECT a.id, c.id FROM a LEFT JOIN c ON c.a_id = a.id", [never, maybe]],
  ["WITH c AS MATERIALIZED (SELECT * FROM b) SELECT a.id, c.id FROM a JOIN c ON c.a_id = a.id", [never, never]],
  // Two readings of one table: the column may be of either.
  ["SELECT x.name, y.name FROM a x LEFT JOIN a y ON y.id = x.id + 1", [maybe, maybe]],
  ["SELECT id FROM a WHERE EXISTS (SELECT FROM a LEFT JOIN b ON true)", [never]],
  ["SELECT id FROM a UNION ALL SELECT id FROM b", [maybe]],
  ["SELECT id, name FROM a GROUP BY ROLLUP (id, name)", [maybe, maybe]],
  ["SELECT id, name FROM v", [maybe, maybe]],
  ["SELECT id, at FROM parts", [never, never]],
  ["SELECT a.id, p.id FROM a LEFT JOIN parts p ON p.id = a.id", [never, maybe]],
  ["INSERT INTO a (id, name) VALUES (1, 'x') RETURNING id, name, note", [never, never, maybe]],
]; // prettier-ignore

test.each(cases)("%s", async (sql, nullable) => {
  const { columns } = await describeQuery(db, readQueryText("a.b", "a/b.sql", sql));
  expect(columns.map((column) => column.nullable)).toEqual(nullable);
});

test("parameters do not decide what is null", async () => {
  const text =
    "-- param: id int\n-- param: d date\nSELECT a.id, p.id AS p FROM a JOIN parts p ON p.id = a.id WHERE a.id = :id AND p.at >= :d";
  const { columns, parameterOids } = await describeQuery(db, readQueryText("a.b", "a/b.sql", text));
  expect(parameterOids).toEqual([23, 1082]);
  expect(columns[0]?.nullable).toBe(false);
});

test("the header knows better", async () => {
  const text =
    "-- column: n bigint not null  how many\n-- column: name text null\nSELECT count(*) AS n, name FROM a GROUP BY name";
  const { columns } = await describeQuery(db, readQueryText("a.b", "a/b.sql", text));
  expect(columns).toMatchObject([
    { name: "n", type: "bigint", nullable: false, summary: "how many" },
    { name: "name", type: "text", nullable: true },
  ]);
});

test("nothing runs, and nothing is left behind", async () => {
  await describeQuery(
    db,
    readQueryText("a.b", "a/b.sql", "INSERT INTO a (id, name) VALUES (7, 'x') RETURNING id"),
  );
  expect(await db.query("SELECT FROM a")).toEqual([]);
  expect(await db.query("SELECT name FROM pg_prepared_statements")).toEqual([]);
});

test("the platform's queries never say null where there can be none", async () => {
  await using migrated = await createMigratedDatabase();
  const session = await connectTo(migrated.url);
  try {
    const nullable = new Map<string, string[]>();
    for (const { name } of platform.files) {
      const { columns } = await describeQuery(session, platformQuery(name));
      nullable.set(
        name,
        columns.filter((column) => column.nullable).map((column) => column.name),
      );
    }
    expect(Object.fromEntries(nullable)).toEqual({
      "analytics.activity": ["avatar_url"],
      "analytics.top-tracks": ["artist", "genre", "avatar_url"],
      "analytics.usage": ["avg_track_duration", "last_track_created"],
      "chat.messages": ["reply_to_id", "user_id", "username", "avatar_url", "user_role", "reply_to_message"],
      "chat.rooms": [
        "description",
        "creator_id",
        "creator_username",
        "creator_avatar",
        "last_message",
        "last_message_at",
      ],
      "playlists.with-tracks": ["description", "cover_url", "avatar_url"],
      "tracks.search": ["artist", "album", "genre", "description", "waveform_url", "avatar_url"],
      "users.profile": [
        "first_name",
        "last_name",
        "bio",
        "avatar_url",
        "location",
        "website",
        "last_login_at",
      ],
      "users.search": ["first_name", "last_name", "avatar_url", "bio"],
    });
  } finally {
    await session.close();
  }
});
