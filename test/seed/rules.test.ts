/** What is done about rows that are there already, and about roles that may not do everything. */
import { describe, expect } from "vitest";
import { test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { at, parse } from "../contract/support/call.ts";
import { countRows, digests, restingTriggers, seed, valueOf } from "./support/fill.ts";

const small = ["--scale", "0.001"];
/** Where what is done about rows does not depend on how many tables there are. */
const people = [...small, "--only", "user_profiles"];

describe("a database that has rows", () => {
  test("is refused, and left as it is", async ({ migratedDatabase: database }) => {
    await database.sql`INSERT INTO users (email, username, password_hash) VALUES ('a@b.example', 'a', '')`;
    const { code, stdout, stderr } = await seed(database, [...small, "--json"]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    const error = at(parse(stderr), "error");
    expect(error).toMatchObject({ code: "seed.not-empty", exitCode: 4, tables: ["users", "user_stats"] });
    expect(at(error, "hint")).toContain("--append");
    expect(at(error, "hint")).toContain(`--truncate --confirm ${database.name}`);
    expect(at(error, "stateText")).toBe("Nothing was changed.");
    expect(await countRows(database.sql, ["users", "tracks"])).toEqual({ users: 1, tracks: 0 });
  });

  test("is refused for rows in tables of the run alone", async ({ migratedDatabase: database }) => {
    await database.sql`INSERT INTO audit_logs (action, resource_type) VALUES ('x', 'y')`;
    expect((await seed(database, small)).code).toBe(4);
    expect((await seed(database, [...small, "--only", "users"])).code).toBe(0);
  });

  test("--append adds rows that refer to one another, with true counters", async ({
    migratedDatabase: database,
  }) => {
    const { sql } = database;
    await sql`INSERT INTO users (id, email, username, password_hash) VALUES (1000, 'a@b.example', 'a', '')`;
    await sql`INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format) VALUES (1000, 't', '', 1, 1, 'mp3')`;
    await sql`INSERT INTO likes (user_id, track_id) SELECT 1000, id FROM tracks`;
    await sql`INSERT INTO chat_rooms (name) VALUES ('r')`;
    await sql`INSERT INTO chat_messages (room_id, content) VALUES (1, 'm')`;
    const first = await seed(database, [...small, "--append"]);
    expect(first.code, first.stderr).toBe(0);
    expect(await sql`SELECT counter FROM counter_differences`).toEqual([]);
    expect(await countRows(sql, ["users", "tracks", "chat_messages"])).toEqual({
      users: 101,
      tracks: 301,
      chat_messages: 2001,
    });
    expect(await valueOf(sql, "SELECT min(id)::int FROM users WHERE id > 1000")).toBe(1001);
    expect(await valueOf(sql, "SELECT count(*)::int FROM tracks WHERE user_id <= 1000")).toBe(1);

    const second = await seed(database, [...small, "--append"]);
    expect(second.code, second.stderr).toBe(0);
    expect(await sql`SELECT counter FROM counter_differences`).toEqual([]);
    expect(await countRows(sql, ["users", "chat_messages"])).toEqual({ users: 201, chat_messages: 4001 });
    const twins =
      await sql`SELECT FROM chat_messages a JOIN chat_messages b ON b.id = a.id + 2000 AND a.content = b.content AND length(a.content) > 30`;
    expect(twins.length).toBeLessThan(200); // other words than the first time
    expect(
      await valueOf(
        sql,
        "INSERT INTO users (email, username, password_hash) VALUES ('b@b.example', 'b', '') RETURNING id",
      ),
    ).toBe("1201");
  });

  test("--truncate wants the database's name", async ({ migratedDatabase: database }) => {
    const names = ["users", "user_profiles", "user_stats"];
    await seed(database, people);
    const before = await digests(database.sql, names);
    const unnamed = await seed(database, [...people, "--truncate", "--yes"]);
    expect(unnamed.code).toBe(4);
    expect(unnamed.stderr).toContain(`--confirm ${database.name}`);
    const misnamed = await seed(database, [...people, "--truncate", "--confirm", "another"]);
    expect(misnamed.code).toBe(4);
    expect(await digests(database.sql, names)).toEqual(before);

    const named = await seed(database, [...people, "--seed", "2", "--truncate", "--confirm", database.name]);
    expect(named.code, named.stderr).toBe(0);
    const after = await digests(database.sql, names);
    for (const name of names) expect(after[name], name).not.toBe(before[name]);
    expect(await database.sql`SELECT counter FROM counter_differences`).toEqual([]);
  });

  test("--truncate leaves tables alone that are not part of the run", async ({
    migratedDatabase: database,
  }) => {
    const { sql } = database;
    await sql`CREATE TABLE notes (user_id bigint REFERENCES users (id))`;
    const empty = await seed(database, [...small, "--truncate", "--confirm", database.name]);
    expect(empty.code, empty.stderr).toBe(0);
    await sql`INSERT INTO notes VALUES (1)`;
    const { code, stderr } = await seed(database, [
      ...small,
      "--truncate",
      "--confirm",
      database.name,
      "--json",
    ]);
    expect(code).toBe(4);
    expect(at(parse(stderr), "error")).toMatchObject({
      code: "seed.still-referenced",
      tables: ['"public"."notes"'],
    });
    const some = await seed(database, [
      ...small,
      "--only",
      "users",
      "--truncate",
      "--confirm",
      database.name,
    ]);
    expect(some.code).toBe(4);
    expect(some.stderr).toMatch(/"public"\."tracks"/);
    expect(await countRows(sql, ["users", "notes"])).toEqual({ users: 100, notes: 1 });
  });

  test("--append and --truncate contradict each other", async ({ migratedDatabase: database }) => {
    const { code, stderr } = await seed(database, ["--append", "--truncate", "--confirm", database.name]);
    expect(code).toBe(2);
    expect(stderr).toContain("contradict");
  });
});

describe("a terminal", () => {
  test("is asked once, after the plan", async ({ migratedDatabase: database }) => {
    const no = await seed(database, people, { terminal: "all", input: "n\n" });
    expect(no.code).toBe(4);
    expect(no.stderr).toContain("users: 100 rows");
    expect(no.stderr).toContain("[y/N]");
    const yes = await seed(database, people, { terminal: "all", input: "y\n" });
    expect(yes.code, yes.stderr).toBe(0);
  });

  test("is asked for the name before rows are deleted, which the plan names", async ({
    migratedDatabase: database,
  }) => {
    await seed(database, people);
    const no = await seed(database, [...people, "--truncate"], { terminal: "all", input: "y\n" });
    expect(no.code).toBe(4);
    expect(no.stderr).toMatch(/delete every row of users, user_profiles, user_stats\n/);
    const yes = await seed(database, [...people, "--truncate"], {
      terminal: "all",
      input: `${database.name}\n`,
    });
    expect(yes.code, yes.stderr).toBe(0);
  });
});

describe("a role", () => {
  const asRole = (url: string, role: string): { url: string } => {
    const target = new URL(url);
    target.searchParams.set("options", `-c role=${role}`);
    return { url: target.href.replace("c+role", "c%20role") };
  };
  const withRole = async (
    { name, sql }: TestDatabase,
    work: (role: string) => Promise<void>,
  ): Promise<void> => {
    const role = `${name}_writer`;
    await sql.unsafe(`CREATE ROLE ${role}`);
    try {
      await work(role);
    } finally {
      await sql.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  };

  test("that does not own the tables fills them with the triggers on", async ({
    migratedDatabase: database,
  }) => {
    const { sql } = database;
    await withRole(database, async (role) => {
      await sql.unsafe(
        `SELECT create_month_partitions(t, '2024-01-01', 25) FROM unnest('{chat_messages,audit_logs}'::regclass[]) t`,
      );
      await sql.unsafe(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${role}`);
      await sql.unsafe(`GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
      const { code, stdout, stderr } = await seed(asRole(database.url, role), [...small, "--json"]);
      expect(code, stderr).toBe(0);
      expect(JSON.stringify(at(parse(stdout), "warnings"))).toContain("triggers stay on");
      expect(await sql`SELECT counter FROM counter_differences`).toEqual([]);
      expect(await valueOf(sql, "SELECT sum(like_count)::int FROM tracks")).toBeGreaterThan(1000);
    });
  });

  test("without INSERT on a table is told which, before anything is done", async ({
    migratedDatabase: database,
  }) => {
    const { sql } = database;
    await withRole(database, async (role) => {
      await sql.unsafe(`GRANT SELECT, INSERT ON users, user_stats, tracks TO ${role}`);
      const { code, stderr } = await seed(asRole(database.url, role), [...small, "--json"]);
      expect(code).toBe(3);
      expect(at(parse(stderr), "error")).toMatchObject({
        code: "seed.privilege-missing",
        privilege: "INSERT",
        stateText: "Nothing was changed.",
      });
      expect(JSON.stringify(at(parse(stderr), "error", "tables"))).toContain("playlists");
      expect(JSON.stringify(at(parse(stderr), "error", "tables"))).not.toContain('"users"');
    });
  });

  test("that may not move a sequence is told which, before anything is done", async ({
    migratedDatabase: database,
  }) => {
    const { sql } = database;
    await withRole(database, async (role) => {
      await sql.unsafe(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${role}`);
      await sql.unsafe(`GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
      await sql.unsafe(`REVOKE UPDATE ON SEQUENCE tracks_id_seq FROM ${role}`);
      const { code, stderr } = await seed(asRole(database.url, role), [...small, "--json"]);
      expect(code, stderr).toBe(3);
      expect(at(parse(stderr), "error")).toMatchObject({
        code: "seed.privilege-missing",
        tables: ["public.tracks_id_seq"],
        hint: expect.stringContaining("ON SEQUENCE public.tracks_id_seq TO"),
        stateText: "Nothing was changed.",
      });
    });
  });

  test("that may not make months is told so, and nothing is left", async ({ migratedDatabase: database }) => {
    const { sql } = database;
    await withRole(database, async (role) => {
      await sql.unsafe(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${role}`);
      await sql.unsafe(`GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
      const { code, stderr } = await seed(asRole(database.url, role), [...small, "--json"]);
      expect(code, stderr).toBe(3);
      expect(at(parse(stderr), "error")).toMatchObject({
        code: "seed.privilege-missing",
        stateText: "Rolled back; the database is unchanged.",
      });
      expect(await countRows(sql, ["users"])).toEqual({ users: 0 });
    });
  });
});

test("another session's lock is waited for, and then named", async ({ migratedDatabase: database }) => {
  const holder = await database.sql.reserve();
  try {
    await holder`BEGIN`;
    await holder`LOCK TABLE users IN SHARE MODE`;
    const { code, stderr } = await seed(database, [...people, "--lock-timeout", "200ms", "--json"]);
    expect(code).toBe(4);
    expect(at(parse(stderr), "error")).toMatchObject({
      code: "seed.locked",
      stateText: "Nothing was changed.",
    });
  } finally {
    await holder`ROLLBACK`;
    holder.release();
  }
});

test("rows that come while the question is open are seen", async ({ migratedDatabase: database }) => {
  const { sql } = database;
  // Another run that has not committed yet: this one looks, sees nothing, and waits for the tables.
  const other = await sql.reserve();
  await other`BEGIN`;
  await other`INSERT INTO users (email, username, password_hash) VALUES ('a@b.example', 'a', '')`;
  const run = seed(database, [...people, "--lock-timeout", "20s"]);
  await expect
    .poll(
      () =>
        valueOf(
          sql,
          "SELECT count(*)::int FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ),
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0);
  await other`COMMIT`;
  other.release();
  const { code, stderr } = await run;
  expect(code).toBe(4);
  expect(stderr).toContain("There are rows already");
  expect(await countRows(sql, ["users", "tracks"])).toEqual({ users: 1, tracks: 0 });
});

test("a trigger that somebody else put to rest stays so", async ({ migratedDatabase: database }) => {
  const { sql } = database;
  await sql`ALTER TABLE follows DISABLE TRIGGER follows_count_insert`;
  await sql`ALTER TABLE tracks ENABLE ALWAYS TRIGGER tracks_count_insert`;
  await seed(database, small);
  expect(await restingTriggers(sql)).toEqual(["follows.follows_count_insert", "tracks.tracks_count_insert"]);
  expect(await valueOf(sql, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'tracks_count_insert'")).toBe(
    "A",
  );
});
