import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { withProgress } from "./explain-failure.ts";
import type { MigrationFile, MigrationFolder, Step } from "./model.ts";
import { performStep } from "./perform-step.ts";
import type { StepContext } from "./perform-step.ts";
import { blockingProblems, planMigrations } from "./plan.ts";
import type { MigrationPlan, PendingMigration, PlanWishes } from "./plan.ts";
import { poolerGuard, refuseSessionWork } from "./pooler.ts";
import { canCheckClient, ensureHistory } from "./prepare-database.ts";
import { prepare } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";
import { recordApplied } from "./recording.ts";
import type { Recording } from "./recording.ts";
import { refuseProblems } from "./refuse-problems.ts";
import type { Applied, RunEvent, RunOptions } from "./run-options.ts";
import { withLock } from "./with-lock.ts";

/**
 * Applies what is pending, in order, under the lock. The history is read again once the lock is held, so that two runs
 * started at once apply each migration once. Throws with the state that things are in.
 */
export async function applyPending(
  db: Db,
  folder: MigrationFolder,
  wishes: PlanWishes,
  options: RunOptions,
): Promise<Applied[]> {
  return withLock(db, options, async (history) => {
    const plan = planMigrations(folder.files, folder.clashes, history.rows, wishes);
    if (blockingProblems(plan, wishes).length > 0)
      throw await refuseProblems(db, options.names, folder, plan, wishes);
    if (plan.pending.length === 0) return [];
    const kept = surveyAll(plan, db, options.tell);
    await ensureHistory(db, options, history.exists);
    return applyPlan(db, plan, options, kept);
  });
}

/** What the survey has read and kept, so that it need not be read again. */
export type KeptSteps = Map<MigrationFile, Prepared>;

/** So many characters are kept: the files of any usual project, and of the others what was read first. */
const mostKept = 24_000_000;

/** Applies what a plan says, under the lock, in a database that has its history table. */
export async function applyPlan(
  db: Db,
  plan: MigrationPlan,
  options: RunOptions,
  kept: KeptSteps,
): Promise<Applied[]> {
  const done: Applied[] = [];
  const context: StepContext = {
    ...options,
    direction: "up",
    done,
    checksClient: await canCheckClient(db),
    guardOf: (id) => poolerGuard(db, options.names, id),
  };
  for (const pending of plan.pending) {
    const { step, survey } = kept.get(pending.file) ?? prepareAgain(pending, context);
    kept.delete(pending.file);
    const record = (statements: number): Recording => recordApplied(options.names, step, statements);
    const applied = await performStep(db, step, survey, context, record);
    if (applied !== undefined) done.push(applied);
  }
  return done;
}

/** Every pending file is read and looked through before the first one runs. */
export function surveyAll(plan: MigrationPlan, db: Db, tell: (event: RunEvent) => void): KeptSteps {
  const kept: KeptSteps = new Map();
  let characters = 0;
  for (const pending of plan.pending) {
    const prepared = prepare(pending);
    const { step, survey } = prepared;
    for (const text of survey.warnings) tell({ kind: "warning", text });
    refuseHalfTransaction(step);
    refuseSessionWork(db, step);
    if (characters + step.text.length > mostKept) continue;
    characters += step.text.length;
    kept.set(pending.file, prepared);
  }
  return kept;
}

/** What was not kept is read again, so that it costs no memory; a file that has changed meanwhile ends the run. */
function prepareAgain(pending: PendingMigration, context: StepContext): Prepared {
  try {
    return prepare(pending);
  } catch (error) {
    throw error instanceof VezaError ? withProgress(error, context) : error;
  }
}

/** A half-applied migration cannot become one transaction: the statements that are done would run again. */
function refuseHalfTransaction({ file, directives, statementsDone }: Step): void {
  if (!directives.transaction || statementsDone === 0) return;
  throw new VezaError({
    code: "migrate.done-statement-changed",
    ending: "refused",
    message: `${file.file} is half applied, and the directive no-transaction, with which it was begun, was taken out.`,
    detail: `Statements of it that are done: ${statementsDone}.`,
    hint: `Begin the file with -- veza: no-transaction again, or say how things are: veza-db migrate resolve ${file.id} --applied`,
    state: "Nothing was changed.",
    facts: { file: file.shown },
  });
}
