import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { migrate } from "../library.ts";
import { takeLock } from "../lock.ts";
import { sendCreate } from "./copy.ts";
import type { TemplateSource } from "./source.ts";

/** How long to wait for another process that makes the template. */
const templateWaitMs = 120_000;

/**
 * Makes the template where it is missing: one process does, the others wait. It bears the template mark when it is
 * whole; without it, it is what a killed process left half made.
 */
export async function ensureTemplate(
  db: Db,
  name: string,
  source: TemplateSource,
  urlOf: (database: string) => string,
): Promise<void> {
  if (await isReady(db, name)) return;
  await using _lock = await takeLock(
    db,
    { schema: "veza-db template", table: name },
    {
      waitMs: templateWaitMs,
      signal: new AbortController().signal,
      onWait: () => {},
    },
  );
  if (await isReady(db, name)) return;
  const quoted = quoteIdentifier(name);
  const { dir, schema, table } = source;
  try {
    await db.send(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
    await sendCreate(db, `CREATE DATABASE ${quoted} TEMPLATE template0`);
    await migrate({ url: urlOf(name), dir, schema, table, applicationName: "veza-db test database" });
    await db.send(`ALTER DATABASE ${quoted} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  } catch (error) {
    throw queryFailure(error, "making the template of the test databases");
  }
}

async function isReady(db: Db, name: string): Promise<boolean> {
  try {
    const [row] = await db.query(loadSql(import.meta.url, "./sql/database-exists.sql"), [name]);
    return row?.["isTemplate"] === true;
  } catch (error) {
    throw queryFailure(error, "looking for the template of the test databases");
  }
}
