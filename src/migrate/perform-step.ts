import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import { explainFailure } from "./explain-failure.ts";
import type { FlightFailure } from "./flight.ts";
import { lockHeld } from "./lock.ts";
import type { Step } from "./model.ts";
import type { Survey } from "./prepare.ts";
import { runDownStatements, runStatements } from "./run-statements.ts";
import { runInTransaction } from "./run-transaction.ts";
import type { RunWishes } from "./run-transaction.ts";
import type { Applied, Direction, RunOptions } from "./run-options.ts";
import { watchBlockers } from "./watch-blockers.ts";

/** Server errors after which the same migration may well succeed: a lock not had in time, a deadlock. */
const worthRetrying = new Set(["55P03", "40P01", "40001"]);

export interface StepContext extends RunOptions {
  readonly direction: Direction;
  readonly shownDir: string;
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
  /** False when the connection went while COMMIT was on its way. */
  readonly isCertain: boolean;
}

/**
 * Runs one migration up or down, tried again as a whole when it could not have its locks. `record` gives the SQL that
 * changes the history in the same transaction. Undefined when another run did it meanwhile (behind a pooler).
 */
export async function performStep(
  db: Db,
  step: Step,
  survey: Survey,
  context: StepContext,
  record: (statements: number) => string,
): Promise<Applied | undefined> {
  const { tell, direction, signal } = context;
  tell({ kind: "started", step, direction });
  const startedAt = performance.now();
  const lockDeadline = startedAt + context.lockWaitMs;
  let lockTries = 0;
  for (let attempt = 1; ; ) {
    await using watch = watchBlockers(db, context.reconnect, (by) => tell({ kind: "blocked", by }));
    const outcome = await attemptStep(db, step, survey, context, record);
    if (outcome === "committed") {
      const { id, name, file } = step.file;
      const done = { id, name, file, statements: survey.statements, durationMs: performance.now() - startedAt };
      tell({ kind: "finished", done, direction });
      return done;
    }
    if (outcome === "done") return undefined;
    if (outcome === "busy") {
      if (lockTries++ === 0) tell({ kind: "waiting-for-lock", holder: "a session behind the pooler" });
      if (performance.now() >= lockDeadline) throw lockHeld("a session behind the pooler", context.lockWaitMs);
      await sleep(100 + Math.random() * 200, undefined, { signal });
      continue;
    }
    const { error } = outcome.failure;
    const canRetry = worthRetrying.has(sqlstateOf(error) ?? "") && attempt <= context.lockRetries && !signal.aborted;
    if (!canRetry || !step.directives.transaction) {
      const durationMs = performance.now() - startedAt;
      throw await explainFailure(db, step, survey, outcome, { ...context, durationMs, attempts: attempt, blockers: watch.seen() });
    }
    tell({ kind: "retry", step, attempt, of: context.lockRetries, reason: messageOf(error) });
    // 0.25 s to 5 s with jitter: long enough for the others to get through the queue that we have just left.
    await sleep(Math.min(5000, 250 * 1.6 ** attempt) * (0.5 + Math.random()), undefined, { signal });
    attempt++;
  }
}

async function attemptStep(
  db: Db,
  step: Step,
  survey: Survey,
  context: StepContext,
  record: (statements: number) => string,
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
    onStatement: (number: number, sql: string) => tell({ kind: "statement", step, number, total: survey.statements, sql }),
  };
  const result =
    context.direction === "up"
      ? await runStatements(db, step, survey, wishes)
      : await runDownStatements(db, step, survey, wishes, record);
  if (result.kind === "committed") return "committed";
  return { failure: result.failure, statementsDone: result.done, isCertain: true };
}
