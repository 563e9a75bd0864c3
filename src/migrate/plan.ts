import { compareIds } from "./migration-id.ts";
import type { Clash, LedgerRow, MigrationFile, MigrationFolder, Problem } from "./model.ts";

export interface PlanWishes {
  /** The last migration to apply. */
  readonly to?: string | undefined;
  /** Apply migrations whose id sorts before one that is applied already. */
  readonly allowLate?: boolean;
}

export interface MigrationPlan {
  /** What is to be applied now, in order. */
  readonly pending: readonly PendingMigration[];
  /** Pending too, but beyond `to`. */
  readonly beyond: readonly MigrationFile[];
  readonly applied: readonly LedgerRow[];
  /** What keeps the run from starting. */
  readonly problems: readonly Problem[];
}

export interface PendingMigration {
  readonly file: MigrationFile;
  /** The history has a row for it already, that of a no-transaction migration which did not come to its end. */
  readonly isBegun: boolean;
  /** Statements of a no-transaction migration that an earlier run has done. */
  readonly statementsDone: number;
}

/** Compares the files with the history. Pure: says what would run and what is wrong, and changes nothing. */
export function planMigrations(
  files: readonly MigrationFile[],
  clashes: readonly Clash[],
  ledger: readonly LedgerRow[],
  wishes: PlanWishes = {},
): MigrationPlan {
  const rows = new Map(ledger.map((row) => [row.id, row]));
  const known = new Set(files.map(({ id }) => id));
  const newest = ledger.map(({ id }) => id).reduce<string | undefined>(later, undefined);
  const unapplied = files.filter(({ id }) => rows.get(id)?.status !== "applied");
  const isWithin = (id: string): boolean => wishes.to === undefined || compareIds(id, wishes.to) <= 0;
  const problems: Problem[] = [
    ...clashes.map(({ id, files: names }) =>
      problem("duplicate", id, `The id ${id} is used by ${names.join(" and ")}.`),
    ),
    ...files
      .filter((file) => isChanged(file, rows.get(file.id)))
      .map(({ id, file }) => problem("changed", id, `${file} was changed after it was applied.`)),
    ...ledger
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => problem("missing", id, `${id} is applied, but its file is not there.`)),
    ...unapplied
      .filter(({ id }) => !rows.has(id) && isLate(id, newest) && isWithin(id))
      .map(({ id, file }) =>
        problem("late", id, `${file} sorts before ${newest ?? ""}, which is applied already.`),
      ),
    ...ledger
      .filter(({ status }) => status === "partial")
      .map((row) =>
        problem(
          "partial",
          row.id,
          `${row.id} is half applied: ${row.statementsDone} of ${row.statementsTotal} statements are done.`,
        ),
      ),
  ];
  return {
    pending: unapplied
      .filter(({ id }) => isWithin(id))
      .map((file) => ({
        file,
        isBegun: rows.has(file.id),
        statementsDone: rows.get(file.id)?.statementsDone ?? 0,
      })),
    beyond: unapplied.filter(({ id }) => !isWithin(id)),
    applied: ledger.filter(({ status }) => status === "applied"),
    problems: problems.toSorted((a, b) => compareIds(a.id, b.id)),
  };
}

/**
 * The wishes of a run of so many steps: it ends with the last migration that they reach now, whatever another run applies
 * meanwhile.
 */
export function withSteps(
  { files, clashes }: Pick<MigrationFolder, "files" | "clashes">,
  ledger: readonly LedgerRow[],
  wishes: PlanWishes,
  steps: number | undefined,
): PlanWishes {
  if (steps === undefined) return wishes;
  const last = planMigrations(files, clashes, ledger, wishes).pending[steps - 1];
  return last === undefined ? wishes : { ...wishes, to: last.file.id };
}

/** The problems that a run must not step over. A half-applied migration is gone on with; late ones may be allowed. */
export function blockingProblems({ problems }: MigrationPlan, wishes: PlanWishes = {}): Problem[] {
  return problems.filter(({ kind }) => kind !== "partial" && !(kind === "late" && wishes.allowLate === true));
}

/** An applied file must be as it was; of a half-applied one the rest may be mended, which is checked by statement. */
function isChanged(file: MigrationFile, row: LedgerRow | undefined): boolean {
  return row?.status === "applied" && row.checksum !== file.checksum;
}

function isLate(id: string, newest: string | undefined): boolean {
  return newest !== undefined && compareIds(id, newest) < 0;
}

function later(a: string | undefined, b: string): string {
  return a === undefined || compareIds(a, b) < 0 ? b : a;
}

function problem(kind: Problem["kind"], id: string, message: string): Problem {
  return { kind, id, message };
}
