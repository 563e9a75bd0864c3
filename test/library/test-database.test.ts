/** `createTestDatabase()` as the tests of an application call it. */
import { rm } from "node:fs/promises";
import { inject } from "vitest";
import postgres from "postgres";
import { createTestDatabase, VezaError } from "../../src/index.ts";
import type { TestDatabaseOptions } from "../../src/index.ts";
import { temporaryProject } from "../support/cli.ts";
import type { TemporaryProject } from "../support/cli.ts";
import { expect, onServer, test } from "../support/database.ts";
import { cleared, countOf, databasesOf, eventually, freshPrefix } from "./support/databases.ts";

const notes = "CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY, body text NOT NULL);";

test("each test has a migrated database of its own", async () => {
  await using yard = await openYard();
  await using one = await createTestDatabase(yard.options);
  await using two = await createTestDatabase(yard.options);
  expect(one.name).not.toBe(two.name);
  await inside(one.url, (sql) => sql`INSERT INTO notes (body) VALUES ('only here')`);
  expect(await inside(one.url, (sql) => sql`SELECT body FROM notes`)).toHaveLength(1);
  expect(await inside(two.url, (sql) => sql`SELECT body FROM notes`)).toHaveLength(0);
  expect(await inside(two.url, (sql) => sql`SELECT id FROM migrations`)).toHaveLength(1);
});

test("a spare that stands ready is what a test gets", async () => {
  await using yard = await openYard();
  await using _first = await createTestDatabase(yard.options);
  await eventually("two spares are there", async () => (await countOf(yard.prefix, "spare")) === 2);
  const before = await databasesOf(yard.prefix);
  await using second = await createTestDatabase(yard.options);
  const after = await databasesOf(yard.prefix);
  const { oid } = after.find(({ name }) => name === second.name) ?? {};
  expect(before.find((standing) => standing.oid === oid)?.kind).toBe("spare");
  expect(before.filter(({ kind }) => kind === "template")).toHaveLength(1);
});

test("more at once than there are spares", async () => {
  await using yard = await openYard();
  const all = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase(yard.options)));
  expect(new Set(all.map(({ name }) => name)).size).toBe(6);
  for (const { url } of all) expect(await inside(url, (sql) => sql`SELECT FROM migrations`)).toHaveLength(1);
  await Promise.all(all.map((database) => database.drop()));
  expect(await countOf(yard.prefix, "used")).toBe(0);
});

test("without spares each is copied when it is asked for", async () => {
  await using yard = await openYard({ spares: 0 });
  await using database = await createTestDatabase(yard.options);
  expect(await inside(database.url, (sql) => sql`SELECT FROM migrations`)).toHaveLength(1);
  expect(await countOf(yard.prefix, "spare")).toBe(0);
});

test("drop waits until it is gone, whoever is connected; disposing does not wait", async () => {
  await using yard = await openYard();
  const dropped = await createTestDatabase(yard.options);
  const sql = postgres(dropped.url, { max: 1, onnotice: () => {} });
  await sql`SELECT 1`;
  await dropped.drop();
  expect(await databasesOf(yard.prefix)).not.toContainEqual(expect.objectContaining({ name: dropped.name }));
  await dropped.drop();
  await sql.end({ timeout: 1 });
  {
    await using _disposed = await createTestDatabase(yard.options);
  }
  await eventually("the disposed one is gone", async () => (await countOf(yard.prefix, "used")) === 0);
});

test("a changed migration, or a changed way back, makes a new template", async () => {
  await using yard = await openYard();
  await (await createTestDatabase(yard.options)).drop();
  await yard.project.write("2024-01-02-002-more.sql", "ALTER TABLE notes ADD COLUMN title text;");
  await using second = await createTestDatabase(yard.options);
  await inside(second.url, (sql) => sql`SELECT title FROM notes`);
  await yard.project.write("2024-01-02-002-more.down.sql", "ALTER TABLE notes DROP COLUMN title;");
  await using third = await createTestDatabase(yard.options);
  const [row] = await inside(
    third.url,
    (sql) => sql`SELECT down_sql FROM migrations ORDER BY id DESC LIMIT 1`,
  );
  expect(row?.["down_sql"]).toContain("DROP COLUMN title");
  expect(await countOf(yard.prefix, "template")).toBe(3);
});

test("a failing migration fails the test with its place, and its mending is seen at once", async () => {
  await using yard = await openYard();
  await yard.project.write("2024-01-02-002-more.sql", "ALTER TABLE note ADD COLUMN title text;");
  for (let call = 0; call < 2; call++) {
    const error = await failureOf(yard.options);
    expect(error).toMatchObject({ code: "migrate.statement-failed", ending: "failed" });
    expect(error.message).toContain("2024-01-02-002-more.sql:1:");
  }
  await yard.project.write("2024-01-02-002-more.sql", "ALTER TABLE notes ADD COLUMN title text;");
  await using database = await createTestDatabase(yard.options);
  await inside(database.url, (sql) => sql`SELECT title FROM notes`);
});

test("the history table can be named, and the url keeps what else it says", async () => {
  await using yard = await openYard();
  const url = `${yard.options.url ?? ""}?application_name=app%20tests`;
  await using database = await createTestDatabase({ ...yard.options, url, schema: "ops", table: "applied" });
  expect(new URL(database.url).search).toBe("?application_name=app%20tests");
  expect(await inside(database.url, (sql) => sql`SELECT id FROM ops.applied`)).toHaveLength(1);
});

test("a connection string of keywords gives a url", async () => {
  await using yard = await openYard();
  const { hostname, port, username } = new URL(inject("server").url);
  const url = `host=${hostname} port=${port} user=${username} dbname=postgres`;
  const { password } = new URL(inject("server").url);
  const withPassword = password === "" ? url : `${url} password=${decodeURIComponent(password)}`;
  await using database = await createTestDatabase({ ...yard.options, url: withPassword });
  expect(await inside(database.url, (sql) => sql`SELECT FROM migrations`)).toHaveLength(1);
});

test("what goes wrong is a VezaError with a way out", async () => {
  await using yard = await openYard();
  const { options } = yard;
  expect(await failureOf({ ...options, prefix: "Tests; DROP" })).toMatchObject({
    code: "test-database.bad-prefix",
  });
  expect(await failureOf({ ...options, dir: "/there/is/none" })).toMatchObject({
    code: "migrate.folder-missing",
  });
  const gone = new URL(inject("server").url);
  gone.port = "1";
  expect(await failureOf({ ...options, url: gone.href })).toMatchObject({ code: "connection.unreachable" });
});

test("a role that may not create databases is told how it may", async () => {
  await using yard = await openYard();
  const role = `${yard.prefix}_plain`;
  await onServer((admin) => admin.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`));
  try {
    const url = new URL(inject("server").url);
    url.username = role;
    url.password = "x";
    const error = await failureOf({ ...yard.options, url: url.href });
    expect(error).toMatchObject({ code: "connection.privilege-missing", ending: "environment" });
    expect(error.hint).toBe(`ALTER ROLE "${role}" CREATEDB;`);
  } finally {
    await onServer((admin) => admin.unsafe(`DROP ROLE ${role}`));
  }
});

test("a session that the server has ended is opened again", async () => {
  await using yard = await openYard();
  await using _first = await createTestDatabase(yard.options);
  await onServer(
    (admin) => admin`
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'veza-db test database'`,
  );
  await using second = await createTestDatabase(yard.options);
  expect(await inside(second.url, (sql) => sql`SELECT FROM migrations`)).toHaveLength(1);
});

interface Yard extends AsyncDisposable {
  readonly prefix: string;
  readonly project: TemporaryProject;
  readonly options: TestDatabaseOptions;
}

async function openYard(wishes: TestDatabaseOptions = {}): Promise<Yard> {
  const prefix = freshPrefix();
  const project = await temporaryProject({ "2024-01-01-001-notes.sql": notes });
  const clearing = cleared(prefix);
  return {
    prefix,
    project,
    options: { url: inject("server").url, dir: project.folder, prefix, spares: 2, ...wishes },
    [Symbol.asyncDispose]: async () => {
      await clearing[Symbol.asyncDispose]();
      await rm(project.folder, { recursive: true });
    },
  };
}

async function inside<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function failureOf(options: TestDatabaseOptions): Promise<VezaError> {
  try {
    await createTestDatabase(options);
  } catch (error) {
    expect(error).toBeInstanceOf(VezaError);
    if (error instanceof VezaError) return error;
  }
  throw new Error("it did not fail");
}
