/** `migrate()` as an application calls it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { migrate, VezaError } from "../../src/index.ts";
import type { RunEvent } from "../../src/index.ts";
import { temporaryProject } from "../support/cli.ts";
import { createDatabase, expect, test, urlOf } from "../support/database.ts";

const first = "2024-01-01-001-first.sql";
const second = "2024-01-02-002-second.sql";

test("applies what is pending and says what it did; then nothing is", async ({ database }) => {
  await using project = await temporaryProject({
    [first]: "CREATE TABLE one (id int); INSERT INTO one VALUES (1);",
    [second]: "CREATE TABLE two (id int);",
  });
  const events: RunEvent[] = [];
  const { applied } = await migrate({
    url: database.url,
    dir: project.folder,
    onEvent: (event) => events.push(event),
  });
  expect(applied.map(({ id, name, statements }) => ({ id, name, statements }))).toEqual([
    { id: "2024-01-01-001", name: "first", statements: 2 },
    { id: "2024-01-02-002", name: "second", statements: 1 },
  ]);
  expect(events.map(({ kind }) => kind)).toEqual(["started", "finished", "started", "finished"]);
  expect(await migrate({ url: database.url, dir: project.folder })).toEqual({ applied: [] });
});

test("instances that start at once apply each migration once", async ({ database }) => {
  await using project = await temporaryProject({
    [first]: "CREATE TABLE one (id int); SELECT pg_sleep(0.3);",
    [second]: "CREATE TABLE two (id int);",
  });
  const results = await Promise.all(
    [1, 2, 3].map(() => migrate({ url: database.url, dir: project.folder, lockWaitMs: 30_000 })),
  );
  expect(results.flatMap(({ applied }) => applied.map(({ id }) => id)).toSorted()).toEqual([
    "2024-01-01-001",
    "2024-01-02-002",
  ]);
});

test("`to` goes no further, `outOfOrder` lets a late file in, `schema` and `table` name the history", async ({
  database,
}) => {
  await using project = await temporaryProject({ [second]: "CREATE TABLE two (id int);" });
  const options = { url: database.url, dir: project.folder, schema: "ops", table: "applied" };
  await migrate(options);
  await project.write(first, "CREATE TABLE one (id int);");
  await project.write("2024-01-03-003-third.sql", "CREATE TABLE three (id int);");
  await expect(migrate(options)).rejects.toMatchObject({ code: "migrate.late", ending: "refused" });
  const { applied } = await migrate({ ...options, outOfOrder: true, to: "2024-01-01-001" });
  expect(applied.map(({ id }) => id)).toEqual(["2024-01-01-001"]);
  const rows = await database.sql`SELECT id FROM ops.applied ORDER BY id`;
  expect(rows.map(({ id }) => String(id))).toEqual(["2024-01-01-001", "2024-01-02-002"]);
});

test("a statement that fails: a VezaError with place and state, and nothing is left behind", async ({
  database,
}) => {
  await using project = await temporaryProject({ [first]: "CREATE TABLE one (id int);\nSELECT 1/0;" });
  const error = await failureOf(migrate({ url: database.url, dir: project.folder }));
  expect(error).toMatchObject({ code: "migrate.statement-failed", ending: "failed", exitCode: 5 });
  expect(error.facts).toMatchObject({ line: 2, sqlstate: "22012", statement: 2, statements: 2 });
  expect(error.state).toContain("Rolled back");
  expect(await database.sql`SELECT to_regclass('one') AS found`).toEqual([{ found: null }]);
});

test("every other failure is a VezaError too", async ({ database }) => {
  await using project = await temporaryProject({ [first]: "SELECT 1;" });
  const { folder } = project;
  await mkdir(join(folder, "edited"));
  await writeFile(join(folder, "edited", first), "SELECT 1;");
  await migrate({ url: database.url, dir: join(folder, "edited") });
  await writeFile(join(folder, "edited", first), "SELECT 2;");
  const url = new URL(database.url);
  url.port = "1";
  const cases = [
    [{ url: database.url, dir: join(folder, "none") }, "migrate.folder-missing", "usage"],
    [{ url: database.url, dir: folder, to: "2030-01-01-001" }, "migrate.unknown-id", "usage"],
    [{ url: database.url, dir: join(folder, "edited") }, "migrate.checksum-mismatch", "refused"],
    [{ url: url.href, dir: folder }, "connection.unreachable", "environment"],
    [{ url: urlOf("there_is_no_such"), dir: folder }, "connection.no-such-database", "environment"],
    [{ url: "not a url", dir: folder }, "connection.invalid-url", "usage"],
    [{ url: "embedded:", dir: folder }, "connection.embedded", "usage"],
  ] as const;
  for (const [options, code, ending] of cases) {
    expect(await failureOf(migrate(options)), code).toMatchObject({ code, ending });
  }
});

test("without a url the environment names the database, or nobody does", async ({ database }) => {
  await using project = await temporaryProject({ [first]: "SELECT 1;" });
  const names = ["VEZA_DB_URL", "DATABASE_URL", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE"];
  const before = names.map((name) => [name, process.env[name]] as const);
  try {
    for (const name of names) delete process.env[name];
    expect(await failureOf(migrate({ dir: project.folder }))).toMatchObject({ code: "connection.not-named" });
    process.env["DATABASE_URL"] = database.url;
    expect((await migrate({ dir: project.folder })).applied).toHaveLength(1);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

test("a signal stops a long statement and rolls it back", async ({ database }) => {
  await using project = await temporaryProject({
    [first]: "CREATE TABLE one (id int); SELECT pg_sleep(60);",
  });
  const controller = new AbortController();
  const running = failureOf(
    migrate({
      url: database.url,
      dir: project.folder,
      signal: controller.signal,
    }),
  );
  await expect
    .poll(
      async () =>
        database.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      { timeout: 20_000 },
    )
    .toHaveLength(1);
  controller.abort();
  expect((await running).state).toContain("Rolled back");
  expect(await database.sql`SELECT to_regclass('one') AS found`).toEqual([{ found: null }]);
});

test("two databases are migrated beside each other", async () => {
  await using project = await temporaryProject({ [first]: "CREATE TABLE one (id int);" });
  await using a = await createDatabase();
  await using b = await createDatabase();
  const both = await Promise.all([a, b].map(({ url }) => migrate({ url, dir: project.folder })));
  expect(both.map(({ applied }) => applied.length)).toEqual([1, 1]);
});

async function failureOf(work: Promise<unknown>): Promise<VezaError> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(VezaError);
    if (error instanceof VezaError) return error;
  }
  throw new Error("it did not fail");
}
