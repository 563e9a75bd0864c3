import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import type { History } from "./history.ts";
import type { MigrationFolder } from "./model.ts";
import { blockingProblems, planMigrations } from "./plan.ts";
import type { MigrationPlan } from "./plan.ts";
import { refuseProblems } from "./refuse-problems.ts";
import { applyPlan, surveyAll } from "./run.ts";
import type { Applied, RunOptions } from "./run-options.ts";
import { takeBackExactly } from "./take-back.ts";
import { withLock } from "./with-lock.ts";

export interface Redone {
  readonly reverted: readonly Applied[];
  readonly applied: readonly Applied[];
}

/**
 * Takes the last migrations back, the ones with these ids, and applies their files as they are now, under one lock.
 * What could not be applied again is refused before anything is taken back.
 */
export async function redo(
  db: Db,
  folder: MigrationFolder,
  ids: readonly string[],
  options: RunOptions,
): Promise<Redone> {
  return withLock(db, options, async (history) => {
    const plan = planRedo(folder, history, ids);
    if (blockingProblems(plan, wishes).length > 0)
      throw await refuseProblems(db, options.names, folder, plan, wishes);
    const kept = surveyAll(plan, db, options.tell);
    const reverted = await takeBackExactly(db, folder, { steps: ids.length }, ids, options);
    try {
      return { reverted, applied: await applyPlan(db, plan, options, kept) };
    } catch (error) {
      throw error instanceof VezaError ? afterTakeBack(error, reverted, options) : error;
    }
  });
}

const wishes = { allowLate: true };

/** What is to be applied once these migrations are gone; what else is pending is left alone. */
function planRedo(
  { files, clashes }: MigrationFolder,
  { rows }: History,
  ids: readonly string[],
): MigrationPlan {
  const known = new Set(rows.map(({ id }) => id));
  const left = rows.filter(({ id }) => !ids.includes(id));
  return planMigrations(
    files.filter(({ id }) => known.has(id)),
    clashes,
    left,
    wishes,
  );
}

function afterTakeBack(error: VezaError, reverted: readonly Applied[], { again }: RunOptions): VezaError {
  const { applied: facts } = error.facts;
  const applied: unknown[] = Array.isArray(facts) ? facts : [];
  const gone = reverted.map(({ id }) => id).filter((id) => !applied.includes(id));
  return error.with({
    facts: { ...error.facts, reverted: reverted.map(({ id }) => id) },
    state: `Rolled back; but ${gone.toReversed().join(", ")} ${gone.length === 1 ? "is" : "are"} taken back and not applied again. Mend the file, then: ${again}`,
  });
}
