/** Restoring some tables: which are meant by a name, what goes with them, and what may not go wrong beside them. */
import { describe } from "vitest";
import { afterReferenced, entriesWithTables, rowsOfTables } from "../../src/backup/restore/tables.ts";
import { parseToc } from "../../src/backup/archive.ts";
import { expect, onServer, queryIn, test } from "../support/database.ts";
import { backupProject, hasClients } from "./support/backup.ts";

const dropIn = (name: string): Promise<unknown> =>
  onServer((admin) => admin.unsafe(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));

describe.runIf(hasClients)("--table", () => {
  test("means one table, whatever its name begins with and is made of; a partitioned one means its partitions", async ({
    database,
  }) => {
    await database.sql.unsafe(`
      CREATE TABLE a (id int); INSERT INTO a VALUES (1);
      CREATE TABLE "a b" (id int); INSERT INTO "a b" VALUES (1), (2);
      CREATE TABLE "new\nline ""é'" (id int); INSERT INTO "new\nline ""é'" VALUES (3);
      CREATE TABLE owners (id int PRIMARY KEY); INSERT INTO owners VALUES (1);
      CREATE TABLE events (at date, owner int REFERENCES owners) PARTITION BY RANGE (at);
      CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);
      CREATE TABLE events_2025_h1 PARTITION OF events_2025 FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
      INSERT INTO events VALUES ('2024-02-02', 1), ('2025-02-02', 1)`);
    await using project = await backupProject(database.url);
    await project.backup();
    const name = `${database.name}_b`;
    const counts = `SELECT (SELECT count(*)::int FROM a) AS a, (SELECT count(*)::int FROM "a b") AS "a b",
      (SELECT count(*)::int FROM "new\nline ""é'") AS odd, (SELECT count(*)::int FROM events) AS events`;
    const none = { a: 0, "a b": 0, odd: 0, events: 0 };
    for (const [table, expected] of [
      ["a", { ...none, a: 1 }],
      ["a b", { ...none, "a b": 2 }],
      [`public.new\nline "é'`, { ...none, odd: 1 }],
      ["events", { ...none, events: 2 }],
      ["events_2025_h1", { ...none, events: 1 }],
    ] as const) {
      try {
        const called = await project.veza(["restore", "latest", "--table", table, "--into", name, "--yes"]);
        expect(called.code, `${table}: ${called.stderr}`).toBe(0);
        expect(await queryIn(name, (sql) => sql.unsafe(counts)), table).toEqual([expected]);
      } finally {
        await dropIn(name);
      }
    }
  });

  test("--in-place: those that are pointed to come first, and sequences stand behind what came", async ({
    database,
  }) => {
    await database.sql.unsafe(`
      CREATE TABLE users (id serial PRIMARY KEY, boss int REFERENCES users);
      CREATE TABLE comments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, by int NOT NULL REFERENCES users);
      INSERT INTO users (boss) VALUES (NULL), (1), (2); INSERT INTO comments (by) VALUES (3), (1)`);
    await using project = await backupProject(database.url);
    await project.backup();
    await database.sql.unsafe(
      "TRUNCATE users, comments RESTART IDENTITY; SELECT setval('comments_id_seq', 1000)",
    );
    const called = await project.veza([
      ...["restore", "latest", "--in-place", "--table", "comments", "--table", "users"],
      ...["--confirm", database.name, "--json"],
    ]);
    expect(called.code, called.stderr).toBe(0);
    const [user] = await database.sql`INSERT INTO users DEFAULT VALUES RETURNING id`;
    const [comment] = await database.sql`INSERT INTO comments (by) VALUES (4) RETURNING id::int`;
    // One that stands further on already is not put back.
    expect([user?.["id"], comment?.["id"]]).toEqual([4, 1001]);
  });

  test("--in-place waits for a lock for a while, then names who is in the way; nothing of it is left", async ({
    database,
  }) => {
    await database.sql.unsafe("CREATE TABLE users (id int); INSERT INTO users VALUES (1)");
    await using project = await backupProject(database.url);
    await project.backup();
    await database.sql.begin(async (transaction) => {
      await transaction`LOCK TABLE users IN ACCESS SHARE MODE`;
      const called = await project.veza([
        ...["restore", "latest", "--in-place", "--confirm", database.name],
        ...["--lock-wait", "300ms", "--json"],
      ]);
      expect(called.error()).toMatchObject({
        code: "restore.blocked",
        exitCode: 5,
        detail: expect.stringContaining("In the way: pid "),
        stateText: `Rolled back; the database "${database.name}" is as it was.`,
      });
      expect(
        await onServer(
          (admin) =>
            admin`SELECT FROM pg_stat_activity WHERE datname = ${database.name} AND application_name LIKE 'veza-db%'`,
        ),
      ).toEqual([]);
    });
    expect(await database.sql`SELECT id FROM users`).toEqual([{ id: 1 }]);
  });
});

describe.runIf(hasClients)("a backup of a part", () => {
  test("does not take the place of a whole database: exit 4; beside it, it may be restored", async ({
    database,
  }) => {
    await database.sql.unsafe("CREATE TABLE a (id int); CREATE TABLE b (id int); INSERT INTO b VALUES (1)");
    await using project = await backupProject(database.url);
    for (const args of ["--table a", "--exclude-table a", "--schema-only"]) {
      const { id } = await project.backup(args);
      const restore = ["restore", String(id), "--json"];
      expect((await project.veza([...restore, "--confirm", database.name])).error(), args).toMatchObject({
        code: "restore.part",
        exitCode: 4,
        detail: expect.stringContaining(args),
      });
      const beside = await project.veza([...restore, "--into", `${database.name}_b`, "--yes"]);
      await dropIn(`${database.name}_b`);
      expect(beside.code, beside.stderr).toBe(0);
    }
    // Rows that are left out on purpose are said so.
    const { id } = await project.backup("--exclude-table-data a");
    const dry = await project.veza(["restore", String(id), "--dry-run"]);
    expect([dry.code, dry.stderr]).toEqual([0, expect.stringContaining("without the rows of a")]);
  });
});

test("entries of a list are told by the longest name that fits", () => {
  const tables = ["a", "a b", "c"].map((name) => ({ schema: "public", name }));
  const parent = { schema: "public", name: "p", members: [{ schema: "public", name: "c" }] };
  const entries = parseToc(
    [
      "1; 0 11 TABLE DATA public a me",
      "2; 0 12 TABLE DATA public a b me",
      "3; 0 13 TABLE DATA public c me",
      "4; 2606 14 FK CONSTRAINT public a a_fkey me",
      "5; 2606 15 FK CONSTRAINT public a b a_fkey me",
      "6; 2606 16 FK CONSTRAINT public p p_fkey me",
      "7; 1259 17 TABLE public a me",
    ].join("\n"),
  );
  const numbers = (list: string): string[] => [...list.matchAll(/^\d+/gm)].map(([number]) => number);
  const [a, ab, c] = tables;
  const chosen = (...some: ((typeof tables)[number] | undefined)[]) =>
    some.filter((one) => one !== undefined);
  expect(numbers(rowsOfTables(entries, tables, chosen(c, a)))).toEqual(["3", "1"]);
  const { list, leftOut } = entriesWithTables(entries, tables, [parent], chosen(ab, c));
  expect(numbers(list)).toEqual(["2", "3", "4", "7"]);
  expect(leftOut).toHaveLength(2);
});

test("the order of foreign keys: chains, circles, and tables that are not chosen", () => {
  const table = (name: string) => ({ schema: "s", name });
  const cases: [string, string, string][] = [
    ["a b c", "a>b b>c", "c b a"],
    ["a b c", "", "a b c"],
    ["a b", "a>x x>b", "a b"],
    ["a b c", "a>b b>a c>a", "b a c"],
  ];
  for (const [names, keys, expected] of cases) {
    const references = keys
      .split(" ")
      .filter((key) => key !== "")
      .map((key) => ({ from: table(key[0] ?? ""), to: table(key[2] ?? "") }));
    const ordered = afterReferenced(names.split(" ").map(table), references);
    expect(ordered.map(({ name }) => name).join(" "), keys).toBe(expected);
  }
});
