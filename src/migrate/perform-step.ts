import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../kernel/error.ts";
import { watchBlockers } from "../locks/watch-blockers.ts";
import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import { explainFailure, interrupted, withProgress } from "./explain-failure.ts";
import type { FlightFailure } from "./flight.ts";
import { lockHeld } from "./lock.ts";
import type { Step } from "./model.ts";
import { behindPooler } from "./pooler.ts";
import type { Survey } from "./prepare.ts";
import type { Recording } from "./recording.ts";
import { runDownStatements, runStatements } from "./run-statements.ts";
import { runInTransaction } from "./run-transaction.ts";
import type { RunWishes } from "./run-transaction.ts";
import type { Applied, Direction, RunOptions } from "./run-options.ts";
import { tidy, tidySql } from "./session.ts";

/** Server errors after which the same migration may well succeed: a lock not had in time, a deadlock. */
const worthRetrying = new Set(["55P03", "40P01", "40001"]);

export interface StepContext extends RunOptions {
  readonly direction: Direction;
  /** What this run has done so far. */
  readonly done: readonly Applied[];
  readonly checksClient: boolean;
  readonly guardOf: (id: string) => RunWishes["guard"];
}

/** What became of an attempt that did not succeed. */
export interface FailedStep {
  readonly failure: FlightFailure;
  /** Statements that are committed. */
  readonly statementsDone: number;
  /** What a statement outside transactions has left when it failed, in words. */
  readonly remains?: string | undefined;
  /** False when the connection went while COMMIT was on its way. */
  readonly isCertain: boolean;
}

/**
 * Runs one migration up or down, tried again as a whole when it could not have its locks. `record` gives the SQL that
 * changes the history in the same transaction. Undefined when another run did it meanwhile (behind a pooler).
 */
export async function performStep(
  db: Db,
  planned: Step,
  survey: Survey,
  context: StepContext,
  record: (statements: number, durationMs?: number) => Recording,
): Promise<Applied | undefined> {
  const { tell, direction, signal } = context;
  let step = planned;
  tell({ kind: "started", step, direction });
  const startedAt = performance.now();
  const lockDeadline = startedAt + context.lockWaitMs;
  let lockTries = 0;
  const told = new Set<number>();
  for (let attempt = 1; ;) {
    await using watch = watchBlockers(db, context.reconnect, {
      lockTimeoutMs: step.directives.lockTimeoutMs ?? context.lockTimeoutMs,
      isSecond: attempt > 1,
      told,
      onBlocker: (by) => tell({ kind: "blocked", by }),
      onBlind: (why) =>
        tell({ kind: "note", text: `Who blocks the migration, if anybody does, cannot be seen: ${why}` }),
    });
    const outcome = await attemptStep(db, step, survey, context, record);
    if (outcome === "committed") {
      const { id, name, file } = step.file;
      const done = {
        id,
        name,
        file,
        statements: survey.statements,
        durationMs: performance.now() - startedAt,
      };
      tell({ kind: "finished", done, direction });
      return done;
    }
    if (outcome === "done") return undefined;
    if (outcome === "busy") {
      if (lockTries++ === 0) tell({ kind: "waiting-for-lock", holder: behindPooler });
      if (performance.now() >= lockDeadline)
        throw withProgress(lockHeld(behindPooler, context.lockWaitMs), context);
      if (!(await pause(100 + Math.random() * 200, signal))) throw interrupted(step, context);
      continue;
    }
    const explain = (): Promise<Error> =>
      explainFailure(db, step, survey, outcome, {
        ...context,
        durationMs: performance.now() - startedAt,
        attempts: attempt,
        blockers: watch.seen(),
      });
    const { error } = outcome.failure;
    if (!worthRetrying.has(sqlstateOf(error) ?? "") || attempt > context.lockRetries) throw await explain();
    // Statements of a .down.sql that are done are recorded nowhere: it does not go on in the middle.
    if (!step.directives.transaction && direction === "down") throw await explain();
    tell({ kind: "retry", step, attempt, of: context.lockRetries, reason: messageOf(error) });
    // 0.25 s to 5 s with jitter: long enough for the others to get through the queue that we have just left.
    if (!(await pause(Math.min(5000, 250 * 1.6 ** attempt) * (0.5 + Math.random()), signal)))
      throw await explain();
    await tidy(db, tidySql(step));
    if (!step.directives.transaction) {
      step = { ...step, isBegun: true, statementsDone: outcome.statementsDone, wasRefused: true };
    }
    attempt++;
  }
}

/** False when the signal came first. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}

async function attemptStep(
  db: Db,
  step: Step,
  survey: Survey,
  context: StepContext,
  record: (statements: number, durationMs?: number) => Recording,
): Promise<"committed" | "busy" | "done" | FailedStep> {
  if (step.directives.transaction) {
    const wishes = { ...context, guard: context.guardOf(step.file.id) };
    const result = await runInTransaction(db, step, survey, wishes, record);
    if (result.kind !== "failed") return result.kind;
    return { failure: result.failure, statementsDone: 0, isCertain: result.isCertain };
  }
  const { tell } = context;
  const wishes = {
    ...context,
    onNote: (text: string) => tell({ kind: "note", text }),
    onStatement: (number: number, sql: string) =>
      tell({ kind: "statement", step, number, total: survey.statements, sql }),
  };
  const result =
    context.direction === "up"
      ? await runStatements(db, step, survey, wishes)
      : await runDownStatements(db, step, survey, wishes, record);
  if (result.kind === "committed") return "committed";
  return { failure: result.failure, statementsDone: result.done, remains: result.remains, isCertain: true };
}
