import { VezaError } from "../kernel/error.ts";
import { shellWord } from "../kernel/shell-word.ts";
import type { Db } from "../postgres/connect.ts";
import { describeTarget } from "../postgres/target.ts";
import type { QuotedSql } from "../sql/quote.ts";
import { privilegeMissing, referencingTables, tablesWithRows } from "./read-database.ts";
import type { DatabaseTable } from "./read-database.ts";

/** What is done about rows that are there already. */
export type RowsPolicy = "refuse" | "append" | "truncate";

/** Refuses tables that hold rows. `again` are the words of this call. */
export async function refuseRows(
  db: Db,
  tables: ReadonlyMap<string, DatabaseTable>,
  again: string,
): Promise<void> {
  const unreadable = [...tables.values()].filter(({ canSelect }) => !canSelect).map(({ name }) => name);
  if (unreadable.length > 0) throw privilegeMissing(unreadable, "SELECT", db);
  const held = await tablesWithRows(
    db,
    [...tables.values()].map(({ quoted }) => quoted),
  );
  const names = [...tables.values()].filter(({ quoted }) => held.includes(quoted)).map(({ name }) => name);
  if (names.length === 0) return;
  throw new VezaError({
    code: "seed.not-empty",
    ending: "refused",
    message: `There are rows already in ${describeTarget(db.target)}.`,
    detail: `In ${names.join(", ")}.`,
    hint: `${again} --append adds to them; ${again} --truncate --confirm ${shellWord(db.target.database)} deletes them first.`,
    state: "Nothing was changed.",
    facts: { tables: names },
  });
}

/**
 * What one TRUNCATE has to name: the tables of the run, and empty ones that point to them. One that points to them and has
 * rows is not ours to empty.
 */
export async function tablesToTruncate(
  db: Db,
  tables: ReadonlyMap<string, DatabaseTable>,
): Promise<readonly QuotedSql[]> {
  const forbidden = [...tables.values()].filter(({ canTruncate }) => !canTruncate).map(({ name }) => name);
  if (forbidden.length > 0) throw privilegeMissing(forbidden, "TRUNCATE", db);
  const own = [...tables.values()].map(({ quoted }) => quoted);
  const others = await referencingTables(db, own);
  const held = await tablesWithRows(db, others);
  if (held.length === 0) return [...own, ...others];
  throw new VezaError({
    code: "seed.still-referenced",
    ending: "refused",
    message: `The tables cannot be emptied: rows of ${held.join(", ")} point to theirs.`,
    detail: "Those tables are not part of this run.",
    hint: "Leave --only out so that they are seeded too, or empty them first.",
    state: "Nothing was changed.",
    facts: { tables: held },
  });
}
