import { VezaError, messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { isConnectionLoss, queryFailure, serverErrorOf, sqlstateOf } from "../postgres/failure.ts";
import type { Step } from "./model.ts";
import type { FailedStep, StepContext } from "./perform-step.ts";
import type { Survey } from "./prepare.ts";
import { logFailure } from "./record.ts";
import { readSettledHistory } from "./settled-history.ts";
import { explainStatement } from "./statement-failure.ts";

export interface FailureContext extends StepContext {
  readonly durationMs: number;
  readonly attempts: number;
  readonly blockers: readonly string[];
}

/** Turns what failed into the error that people read, with the state that things are in, and logs the attempt. */
export async function explainFailure(
  db: Db,
  step: Step,
  survey: Survey,
  outcome: FailedStep,
  context: FailureContext,
): Promise<VezaError> {
  const { failure, statementsDone } = outcome;
  if (failure.error instanceof VezaError) return failure.error;
  if (isConnectionLoss(failure.error)) return explainLoss(db, step, survey, outcome, context);
  const known = describeFailure(step, survey, outcome, context);
  await logAttempt(db, step, known, context);
  const sqlstate = sqlstateOf(failure.error) ?? "";
  const blockers = aboutLocks.has(sqlstate) ? context.blockers : [];
  const lines = [
    known.detail,
    ...(context.attempts > 1 ? [`Tried ${context.attempts} times.`] : []),
    ...blockers.map((blocker) => `Blocked by ${blocker}`),
  ].filter((line) => line !== undefined);
  const isPartial = !step.directives.transaction && (statementsDone > 0 || outcome.remains !== undefined);
  const state = isPartial ? partialState(step, survey, statementsDone, context) : unchangedState(context);
  return known.with({
    detail: lines.length === 0 ? undefined : lines.join("\n"),
    hint: known.hint ?? nextStep(step, sqlstate, context),
    state: outcome.remains === undefined ? state : `${outcome.remains} ${state}`,
    facts: { ...known.facts, ...doneFacts(context), state: isPartial ? "partial" : "unchanged" },
  });
}

/** Not had in time, deadlock, or out of time altogether: who stood in the way is worth telling. */
const aboutLocks = new Set(["55P03", "40P01", "57014"]);

/** The error of a run that was stopped while this migration waited for its turn. */
export function interrupted(step: Step, context: StepContext): VezaError {
  return new VezaError({
    code: "cli.interrupted",
    ending: "interrupted",
    message: `Stopped before ${step.file.file} was done.`,
    hint: context.again,
    state: unchangedState(context),
    facts: { ...doneFacts(context), state: "unchanged" },
  });
}

/** A refusal in the middle of a run: what the run had done before stands. */
export function withProgress(error: VezaError, context: StepContext): VezaError {
  if (context.done.length === 0) return error;
  return error.with({
    state: unchangedState(context),
    facts: { ...error.facts, ...doneFacts(context), state: "unchanged" },
  });
}

/** For programs: what this run had done before. */
function doneFacts(
  { done, direction }: StepContext,
  ...more: readonly string[]
): Readonly<Record<string, unknown>> {
  const ids = [...done.map(({ id }) => id), ...more];
  return direction === "up" ? { applied: ids } : { reverted: ids };
}

function describeFailure(
  step: Step,
  survey: Survey,
  { failure }: FailedStep,
  context: FailureContext,
): VezaError {
  const { error, failed } = failure;
  if (failed !== undefined) {
    const explained = explainStatement(error, {
      shownFile: step.file.shown,
      text: step.text,
      statement: failed.statement,
      number: failed.number,
      total: survey.statements,
    });
    if (explained !== undefined) return explained;
  }
  if (tookHistoryAway.has(sqlstateOf(error) ?? "")) return historyGone(step, error, context);
  if (serverErrorOf(error) !== undefined)
    return queryFailure(error, `committing ${step.file.file} and its row of the history`);
  if (!context.signal.aborted) throw error;
  return interrupted(step, context);
}

/** No such table, no such schema: it was there when the run began, so the migration itself has dropped or moved it. */
const tookHistoryAway: ReadonlySet<string> = new Set(["42P01", "3F000"]);

function historyGone({ file }: Step, error: unknown, { names, again }: FailureContext): VezaError {
  const table = `${names.schema}.${names.table}`;
  return new VezaError({
    code: "migrate.history-dropped",
    ending: "failed",
    message: `${file.file} drops or moves ${table}, the history that its own row belongs to.`,
    detail: messageOf(error),
    hint: `Take that out of ${file.file}; or keep the history in a schema of its own, before anything is applied: VEZA_DB_MIGRATIONS_SCHEMA=veza ${again}`,
    facts: { file: file.shown, sqlstate: sqlstateOf(error) },
    cause: error,
  });
}

function nextStep(step: Step, sqlstate: string, { again, signal }: FailureContext): string {
  if (signal.aborted) return again;
  if (sqlstate === "55P03") return `${again} --lock-timeout 30s, when those who block are done`;
  if (sqlstate === "42501") return "Grant the missing privilege, or connect as the owner with --url <dsn>.";
  return `Mend ${step.file.file}, then: ${again}`;
}

async function logAttempt(db: Db, step: Step, error: VezaError, context: FailureContext): Promise<void> {
  const { sqlstate, statement } = error.facts;
  try {
    await logFailure(db, context.names, {
      id: step.file.id,
      name: step.file.name,
      action: context.direction === "up" ? "apply" : "down",
      durationMs: context.durationMs,
      statementNumber: typeof statement === "number" ? statement : null,
      sqlstate: typeof sqlstate === "string" ? sqlstate : null,
      message: error.message,
    });
  } catch (logError) {
    context.tell({ kind: "warning", text: `The failed attempt could not be logged: ${messageOf(logError)}` });
  }
}

function unchangedState({ done, again, direction }: StepContext): string {
  if (done.length === 0) return "Rolled back; the database is unchanged.";
  const before =
    done.length === 1 ? "The migration before it is" : `The ${done.length} migrations before it are`;
  const what = direction === "up" ? "applied" : "taken back";
  return `Rolled back; this migration changed nothing. ${before} ${what}; run ${again} to go on.`;
}

function partialState(step: Step, survey: Survey, done: number, { again, direction }: StepContext): string {
  if (direction === "down") {
    return `${done} of ${survey.statements} statements that take ${step.file.id} back are done, and the history still says applied; mend ${step.file.file} so that it can run again, then run ${again}.`;
  }
  return `${done} of ${survey.statements} statements of ${step.file.id} are applied; run ${again} to go on.`;
}

/** The connection went: asks the server, over a new one, what has become of the migration. */
async function explainLoss(
  db: Db,
  step: Step,
  survey: Survey,
  outcome: FailedStep,
  context: FailureContext,
): Promise<VezaError> {
  const lost = new VezaError({
    code: "connection.lost",
    ending: "failed",
    message: `The connection to the server was lost while ${step.file.file} was running.`,
    detail: db.lastWords ?? serverErrorOf(outcome.failure.error)?.message,
    hint: `When the server is back: ${context.again}`,
    cause: outcome.failure.error,
    facts: { file: step.file.shown, ...doneFacts(context) },
  });
  // A transaction whose COMMIT was never sent cannot have come through, whatever the server is doing now.
  if (outcome.isCertain && step.directives.transaction) {
    return lost.with({ facts: { ...lost.facts, state: "unchanged" }, state: unchangedState(context) });
  }
  const rows = await readSettledHistory(db, context);
  if (rows === undefined) {
    return lost.with({
      state:
        "What was committed before the connection went is recorded; veza-db migrate status shows it when the server is back.",
    });
  }
  if (rows === "busy") {
    return lost.with({
      state: `The server is still at work on what it was sent (pid ${db.facts.backendPid}); veza-db migrate status shows what has become of it.`,
    });
  }
  const row = rows.find(({ id }) => id === step.file.id);
  const isThrough = context.direction === "up" ? row?.status === "applied" : row === undefined;
  if (isThrough) {
    const what = context.direction === "up" ? "committed" : "taken back";
    return lost.with({
      facts: { ...lost.facts, ...doneFacts(context, step.file.id), state: "unchanged" },
      state: `${step.file.id} was ${what} before the connection went; run ${context.again} to go on.`,
    });
  }
  if (step.directives.transaction) {
    return lost.with({ facts: { ...lost.facts, state: "unchanged" }, state: unchangedState(context) });
  }
  // Statements outside transactions may have been stopped in the middle.
  const done = context.direction === "up" ? (row?.statementsDone ?? 0) : outcome.statementsDone;
  return lost.with({
    facts: { ...lost.facts, state: "partial" },
    state: partialState(step, survey, done, context),
  });
}
