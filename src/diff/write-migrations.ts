/** A plan as migrations: one in a transaction, and what must be committed first or runs in none as others. */
import { writeMigrationText } from "../migrate/new-file.ts";
import type { DiffPlan } from "./model.ts";
import { makesRoutines, partsOf, terminated } from "./text.ts";

export interface WrittenMigration {
  readonly id: string;
  readonly path: string;
  readonly isTransactional: boolean;
}

/** The files that a plan becomes, each a name and a text. Pure. */
export function migrationTexts(
  plan: DiffPlan,
  name: string,
): { readonly name: string; readonly text: string }[] {
  const parts = partsOf(plan.statements, true);
  return parts.map(({ statements, isTransactional }) => {
    const isFirst = statements[0]?.mode === "committed";
    const suffix = parts.length === 1 ? "" : isFirst ? " labels" : isTransactional ? "" : " concurrently";
    const head = isTransactional ? "" : "-- veza: no-transaction\n";
    const bodies = makesRoutines(statements)
      ? `SET ${isTransactional ? "LOCAL " : ""}check_function_bodies = off;\n`
      : "";
    return {
      name: name + suffix,
      text: `${head}-- ${name}${suffix}\n\n${bodies}${statements.map(terminated).join("")}`,
    };
  });
}

/** Writes them with the next ids, in order. */
export function writeMigrations(
  dir: string,
  ids: readonly string[],
  plan: DiffPlan,
  name: string,
): WrittenMigration[] {
  const known = [...ids];
  return migrationTexts(plan, name).map(({ name: words, text }) => {
    const { id, path } = writeMigrationText(dir, known, words, text);
    known.push(id);
    return { id, path, isTransactional: !text.startsWith("-- veza: no-transaction") };
  });
}
