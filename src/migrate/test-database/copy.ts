/** Copies of a template: made, kept ready, handed out. */
import { randomBytes } from "node:crypto";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../../postgres/failure.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { spareBeginning, spareName, templateName } from "./names.ts";

/** Another process was faster, or somebody looks into the spare just now. */
const spareIsGone = new Set(["3D000", "55006", "XX000"]);

/**
 * Hands out a spare under a name: renaming is a small change of the catalog, where copying is hundreds of files. A
 * spare takes no connections until then, so that nothing is ever in the way. Gives how many are left; undefined when
 * there was none.
 */
export async function takeSpare(
  db: Db,
  prefix: string,
  hash: string,
  name: string,
): Promise<number | undefined> {
  const wanted = quoteIdentifier(name);
  const spares = await listSpares(db, prefix, hash);
  for (const [index, spare] of spares.entries()) {
    try {
      await db.send(
        `ALTER DATABASE ${quoteIdentifier(spare)} RENAME TO ${wanted}; ALTER DATABASE ${wanted} WITH ALLOW_CONNECTIONS true`,
      );
      return spares.length - index - 1;
    } catch (error) {
      if (!spareIsGone.has(sqlstateOf(error) ?? "")) throw queryFailure(error, "handing out a test database");
    }
  }
  return undefined;
}

/** Copies the template for somebody who waits for it. */
export async function makeCopy(db: Db, prefix: string, hash: string, name: string): Promise<void> {
  const template = quoteIdentifier(templateName(prefix, hash));
  await sendCreate(db, `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${template}`);
}

/** Makes one more spare unless there are enough of them; true when there may be room for another. */
export async function makeSpare(db: Db, prefix: string, hash: string, wanted: number): Promise<boolean> {
  const there = await listSpares(db, prefix, hash);
  if (there.length >= wanted) return false;
  const name = spareName(prefix, hash, randomBytes(4).toString("hex"));
  const template = quoteIdentifier(templateName(prefix, hash));
  await sendCreate(
    db,
    `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${template} ALLOW_CONNECTIONS false`,
  );
  return true;
}

/** Sends a CREATE DATABASE; says how to get the privilege where it is missing. */
export async function sendCreate(db: Db, sql: string): Promise<void> {
  try {
    await db.send(sql);
  } catch (error) {
    const failure = queryFailure(error, "creating a test database");
    if (sqlstateOf(error) !== "42501") throw failure;
    throw failure.with({ hint: `ALTER ROLE ${quoteIdentifier(db.target.user)} CREATEDB;` });
  }
}

/** The newest first: with luck it is dropped again before a checkpoint has written it to the disk. */
async function listSpares(db: Db, prefix: string, hash: string): Promise<string[]> {
  try {
    const sql = loadSql(import.meta.url, "./sql/list-spares.sql");
    const rows = await db.query<{ name: string }>(sql, [spareBeginning(prefix, hash)]);
    return rows.map(({ name }) => name);
  } catch (error) {
    throw queryFailure(error, "looking for a test database");
  }
}
