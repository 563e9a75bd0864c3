/**
 * A database of its own for every test.
 *
 *     await using database = await createDatabase();            // empty
 *     await using database = await createMigratedDatabase();    // with this repository's migrations applied
 *
 * or by fixture, with `expect` and `test` imported from here:
 *
 *     test("…", async ({ database, migratedDatabase }) => { … });
 */
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { test as plainTest, inject } from "vitest";
import { databaseName } from "./database-names.ts";

export { expect } from "vitest"; // from here, beside the fixtures' `test`, the linter takes the pair as one

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** For assertions; connects at its first query. */
  readonly sql: postgres.Sql;
}

/** A new database, a copy of another one (which nobody may be connected to). */
export async function createDatabase(template = "template0"): Promise<TestDatabase> {
  const name = databaseName(inject("run").id, randomBytes(6).toString("hex"));
  await onServer(async (admin) => {
    await admin`CREATE DATABASE ${admin(name)} TEMPLATE ${admin(template)}`;
  });
  const url = urlOf(name);
  const sql = postgres(url, { max: 4, onnotice: () => {} });
  return {
    name,
    url,
    sql,
    [Symbol.asyncDispose]: async () => {
      await sql.end({ timeout: 5 });
      await onServer(async (admin) => {
        await admin`DROP DATABASE IF EXISTS ${admin(name)} WITH (FORCE)`;
      });
    },
  };
}

/** A database that stands where this repository's migrations lead. They are applied once per run. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  return createDatabase(await migratedTemplate());
}

export const test = plainTest.extend<{ database: TestDatabase; migratedDatabase: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from this pattern that the fixture needs no other
  database: async ({}, use) => {
    await using database = await createDatabase();
    await use(database);
  },
  // oxlint-disable-next-line no-empty-pattern
  migratedDatabase: async ({}, use) => {
    await using database = await createMigratedDatabase();
    await use(database);
  },
});

/** The url of another database on the same server. */
export function urlOf(name: string): string {
  const url = new URL(inject("server").url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs something on the server's own default database, for CREATE and DROP. */
export async function onServer<T>(work: (admin: postgres.Sql) => Promise<T>): Promise<T> {
  const admin = postgres(inject("server").url, { max: 1, onnotice: () => {} });
  try {
    return await work(admin);
  } finally {
    await admin.end({ timeout: 5 });
  }
}

const migrationsDir = fileURLToPath(new URL("../../migrations", import.meta.url));

async function migratedTemplate(): Promise<string> {
  const texts = await migrationTexts();
  const key = createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 8);
  const name = databaseName(inject("run").id, `t${key}`);
  await onServer(async (admin) => {
    // One worker makes it, the others wait. It gets its name when it is whole.
    await admin`SELECT pg_advisory_lock(hashtextextended(${name}, 0))`;
    const [found] = await admin`SELECT FROM pg_database WHERE datname = ${name}`;
    if (found !== undefined) return;
    const draft = `${name}_draft`;
    await admin`DROP DATABASE IF EXISTS ${admin(draft)} WITH (FORCE)`;
    await admin`CREATE DATABASE ${admin(draft)} TEMPLATE template0`;
    await applyAll(urlOf(draft), texts);
    await admin`ALTER DATABASE ${admin(draft)} RENAME TO ${admin(name)}`;
  });
  return name;
}

async function applyAll(url: string, texts: readonly string[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const text of texts) await sql.begin((transaction) => transaction.unsafe(text));
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function migrationTexts(): Promise<string[]> {
  const names = await readdir(migrationsDir);
  const files = names.filter((name) => name.endsWith(".sql") && !name.endsWith(".down.sql")).toSorted();
  return Promise.all(files.map((file) => readFile(`${migrationsDir}/${file}`, "utf8")));
}

/** Asks a database by its name. */
export async function queryIn<T>(name: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(urlOf(name), { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
