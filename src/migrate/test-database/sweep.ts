import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { claim, readMarks } from "./marks.ts";
import { readName } from "./names.ts";

interface Found {
  readonly name: string;
  readonly isTemplate: boolean;
  readonly isBusy: boolean;
}

/**
 * Drops one database that nobody alive uses: of a process that was killed, or a template or spare of migrations that are
 * no longer so. Only what this role owns, bears exactly such a name, is marked by nobody and has nobody connected. False
 * when there is none.
 */
export async function sweepOne(db: Db, prefix: string): Promise<boolean> {
  // The databases first: whoever made one had marked it before.
  const databases = await db.query<Found>(loadSql(import.meta.url, "./sql/list-databases.sql"), [
    `${prefix}_`,
  ]);
  const marks = await readMarks(db);
  for (const { name, isTemplate, isBusy } of databases) {
    const kind = readName(prefix, name);
    if (kind === undefined || isBusy) continue;
    if (kind.kind === "used") {
      if (!marks.has("process", kind.owner) && (await dropUnused(db, name, isTemplate))) return true;
      continue;
    }
    if (marks.has("template", kind.hash)) continue;
    await using claimed = await claim(db, "template", kind.hash);
    if (claimed !== undefined && (await dropUnused(db, name, isTemplate))) return true;
  }
  return false;
}

/** Without FORCE: whoever has connected meanwhile keeps it. False when it could not be dropped. */
async function dropUnused(db: Db, name: string, isTemplate: boolean): Promise<boolean> {
  const quoted = quoteIdentifier(name);
  try {
    if (isTemplate) await db.send(`ALTER DATABASE ${quoted} WITH IS_TEMPLATE false`);
    await db.send(`DROP DATABASE IF EXISTS ${quoted}`);
    return true;
  } catch (error) {
    // Another process sweeps too, or somebody connected: the next run looks again.
    if (!db.isAlive) throw error;
    return false;
  }
}
