import type { Db } from "../postgres/connect.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import type { QuotedSql } from "../sql/quote.ts";
import type { SeedPlan } from "./plan.ts";
import type { DatabaseTable } from "./read-database.ts";

/** Triggers that rest while rows are loaded, and the way back to how they were. */
export interface RestingTriggers {
  readonly rest: readonly string[];
  readonly wake: readonly string[];
}

/**
 * Those that the files name, where they are awake. They rest within the transaction of the load, so that a failure
 * wakes them too, and each by its name: another one, of a later migration, goes on doing its work.
 */
export function restingTriggers(plan: SeedPlan, tables: ReadonlyMap<string, DatabaseTable>): RestingTriggers {
  const found = plan.tables.flatMap(({ table, withoutTriggers }) => {
    const known = tables.get(table);
    return (known?.triggers ?? [])
      .filter(({ name, enabled }) => withoutTriggers.includes(name) && enabled !== "D")
      .map(({ name, enabled }) => ({
        table: known?.quoted ?? quoteIdentifier(table),
        name: quoteIdentifier(name),
        enabled,
      }));
  });
  return {
    rest: found.map(({ table, name }) => `ALTER TABLE ${table} DISABLE TRIGGER ${name}`),
    wake: found.map(
      ({ table, name, enabled }) => `ALTER TABLE ${table} ENABLE ${modes[enabled] ?? ""}TRIGGER ${name}`,
    ),
  };
}

const modes: Readonly<Record<string, string>> = { A: "ALWAYS ", R: "REPLICA " };

/** The tables whose triggers the files want at rest, and the role may not touch. */
export function unownedTables(plan: SeedPlan, tables: ReadonlyMap<string, DatabaseTable>): string[] {
  return plan.tables
    .filter(
      ({ table, withoutTriggers }) => withoutTriggers.length > 0 && tables.get(table)?.isOwned === false,
    )
    .map(({ table }) => table);
}

export async function runAll(db: Db, statements: readonly string[]): Promise<void> {
  if (statements.length > 0) await db.send(statements.join(";\n"));
}

/** `a, b` of quoted names. */
export function listed(names: readonly QuotedSql[]): string {
  return names.join(", ");
}
