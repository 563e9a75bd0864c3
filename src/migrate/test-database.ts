import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { sha256 } from "../kernel/hash.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { migrate, openDatabase } from "./library.ts";
import { takeLock } from "./lock.ts";
import { readMigrationFolder } from "./read-files.ts";

export interface TestDatabaseOptions {
  /** A server where databases may be created: the database in it is only connected to, never changed. */
  readonly url: string;
  /** The folder of the migrations; `migrations` under the current folder unless told otherwise. */
  readonly dir?: string;
  /** The beginning of the names of the databases made; `veza_test` unless told otherwise. */
  readonly prefix?: string;
}

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Drops it, with whoever is still connected. Disposing does the same. */
  drop(): Promise<void>;
}

/** How long to wait for another process that makes the template. */
const templateWaitMs = 120_000;

/**
 * A migrated database of its own for a test, in a few milliseconds: the migrations run once, into a template whose
 * name holds their hash, and every test gets a copy. A change to any migration makes a new template.
 *
 *     await using database = await createTestDatabase({ url: process.env.DATABASE_URL });
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { prefix = "veza_test" } = options;
  await using admin = await openDatabase(options.url, { applicationName: "veza-db test database" });
  const template = await ensureTemplate(admin, options, prefix);
  const name = `${prefix}_${Date.now().toString(36)}_${randomBytes(5).toString("hex")}`;
  await copyDatabase(admin, name, template);
  const drop = async (): Promise<void> => {
    await using again = await openDatabase(options.url, { applicationName: "veza-db test database" });
    await again.send(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
  };
  return { name, url: withDatabase(options.url, name), drop, [Symbol.asyncDispose]: drop };
}

/** The template's name; it is made where it is missing, by one process while the others wait. */
async function ensureTemplate(admin: Db, options: TestDatabaseOptions, prefix: string): Promise<string> {
  const dir = resolve(options.dir ?? "migrations");
  const folder = readMigrationFolder(dir, process.cwd());
  const hash = sha256(folder.files.map(({ id, name, checksum }) => `${id} ${name} ${checksum}`).join("\n")).slice(0, 16);
  const template = `${prefix}_template_${hash}`;
  const isReady = async (): Promise<boolean> => {
    const [row] = await admin.query(loadSql(import.meta.url, "./sql/database-exists.sql"), [template]);
    return row?.["isTemplate"] === true;
  };
  if (await isReady()) return template;
  await using _lock = await takeLock(admin, { schema: "veza-db template", table: template }, {
    waitMs: templateWaitMs,
    signal: new AbortController().signal,
    onWait: () => {},
  });
  if (await isReady()) return template;
  const quoted = quoteIdentifier(template);
  // Without the template mark it is what a killed process left half made.
  await admin.send(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
  await admin.send(`CREATE DATABASE ${quoted} TEMPLATE template0`);
  await migrate({ url: withDatabase(options.url, template), dir });
  await admin.send(`ALTER DATABASE ${quoted} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  return template;
}

async function copyDatabase(admin: Db, name: string, template: string): Promise<void> {
  try {
    // WAL_LOG (15 and newer, the default) writes a small template without a checkpoint.
    await admin.send(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(template)}`);
  } catch (error) {
    const failure = queryFailure(error, "copying the template of the test databases");
    if (sqlstateOf(error) !== "42501") throw failure;
    throw failure.with({ hint: `ALTER ROLE ${quoteIdentifier(admin.target.user)} CREATEDB;` });
  }
}

/** The same server, another database. */
function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}
