import { VezaError } from "../kernel/error.ts";
import { diffLines } from "../kernel/diff.ts";
import type { Db } from "../postgres/connect.ts";
import { readStoredTexts } from "./history.ts";
import type { HistoryNames, MigrationFolder, Problem } from "./model.ts";
import { blockingProblems } from "./plan.ts";
import type { MigrationPlan, PlanWishes } from "./plan.ts";
import { readMigrationText } from "./read-files.ts";
import { wayOut } from "./way-out.ts";

/** The refusal of files that do not match the history: what is wrong with each, and the way out. */
export async function refuseProblems(
  db: Db,
  names: HistoryNames,
  folder: MigrationFolder,
  plan: MigrationPlan,
  wishes: PlanWishes,
): Promise<VezaError> {
  const problems = blockingProblems(plan, wishes);
  const clash = problems.find(({ kind }) => kind === "duplicate");
  if (clash !== undefined) return clashError(problems);
  const diffs = await diffsOf(db, names, folder, problems);
  const [first] = problems;
  return new VezaError({
    code: first?.kind === "changed" ? "migrate.checksum-mismatch" : `migrate.${first?.kind ?? "problem"}`,
    ending: "refused",
    message:
      problems.length === 1
        ? `The files do not match the history: ${first?.message ?? ""}`
        : `The files do not match the history: ${problems.length} problems.`,
    detail:
      [...(problems.length === 1 ? [] : problems.map(({ message }) => `- ${message}`)), ...diffs].join(
        "\n",
      ) || undefined,
    hint: [...new Set(problems.map(wayOut))].join("\n"),
    state: "Nothing was changed.",
    facts: { problems },
  });
}

/** Two files with one id: the call's fault, whatever the history says. */
export function clashError(problems: readonly Problem[]): VezaError {
  const clashes = problems.filter(({ kind }) => kind === "duplicate");
  return new VezaError({
    code: "migrate.duplicate-id",
    ending: "usage",
    message: clashes.map(({ message }) => message).join(" "),
    hint: "Rename the newer file to a number that is free; veza-db migrate new <name> shows the next one.",
    state: "Nothing was changed.",
    facts: { problems: clashes },
  });
}

async function diffsOf(
  db: Db,
  names: HistoryNames,
  folder: MigrationFolder,
  problems: readonly Problem[],
): Promise<string[]> {
  const changed = problems.filter(({ kind }) => kind === "changed").map(({ id }) => id);
  const stored = await readStoredTexts(db, names, changed);
  return stored.flatMap(({ id, sqlContent }) => {
    const file = folder.files.find((candidate) => candidate.id === id);
    if (file === undefined) return [];
    return [
      `${file.file}, as applied (-) and as it is now (+):`,
      diffLines(sqlContent, readMigrationText(file)),
    ];
  });
}
