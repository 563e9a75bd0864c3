import { VezaError, messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { isConnectionLoss, queryFailure, serverErrorOf, sqlstateOf } from "../postgres/failure.ts";
import { readHistory } from "./history.ts";
import type { LedgerRow, Step } from "./model.ts";
import type { FailedStep, StepContext } from "./perform-step.ts";
import type { Survey } from "./prepare.ts";
import { logFailure } from "./record.ts";
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
  if (isConnectionLoss(failure.error)) return explainLoss(step, survey, outcome, context);
  const known = describeFailure(step, survey, outcome, context);
  await logAttempt(db, step, known, context);
  const lines = [
    known.detail,
    ...(context.attempts > 1 ? [`Tried ${context.attempts} times.`] : []),
    ...context.blockers.map((blocker) => `Blocked by ${blocker}`),
  ].filter((line) => line !== undefined);
  const isPartial = !step.directives.transaction && statementsDone > 0;
  return known.with({
    detail: lines.length === 0 ? undefined : lines.join("\n"),
    hint: known.hint ?? nextStep(step, sqlstateOf(failure.error) ?? "", context),
    state: isPartial ? partialState(step, survey, statementsDone, context) : unchangedState(context),
    facts: { ...known.facts, applied: context.done.map(({ id }) => id), state: isPartial ? "partial" : "unchanged" },
  });
}

function describeFailure(step: Step, survey: Survey, { failure }: FailedStep, context: FailureContext): VezaError {
  const { error, failed } = failure;
  if (failed !== undefined) {
    const explained = explainStatement(error, {
      shownFile: `${context.shownDir}/${step.file.file}`,
      text: step.text,
      statement: failed.statement,
      number: failed.number,
      total: survey.statements,
    });
    if (explained !== undefined) return explained;
  }
  if (serverErrorOf(error) !== undefined) return queryFailure(error, `recording ${step.file.file}`);
  if (!context.signal.aborted) throw error;
  return new VezaError({ code: "cli.interrupted", ending: "interrupted", message: `Stopped before ${step.file.file} was done.` });
}

function nextStep(step: Step, sqlstate: string, { again }: FailureContext): string {
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
  const before = done.length === 1 ? "The migration before it is" : `The ${done.length} migrations before it are`;
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
  step: Step,
  survey: Survey,
  outcome: FailedStep,
  context: FailureContext,
): Promise<VezaError> {
  const ids = context.done.map(({ id }) => id);
  const lost = new VezaError({
    code: "connection.lost",
    ending: "failed",
    message: `The connection to the server was lost while ${step.file.file} was running.`,
    detail: serverErrorOf(outcome.failure.error)?.message,
    hint: `When the server is back: ${context.again}`,
    cause: outcome.failure.error,
    facts: { file: `${context.shownDir}/${step.file.file}`, applied: ids },
  });
  const rows = await lookAgain(context);
  if (rows === undefined) {
    const isSafe = outcome.isCertain && step.directives.transaction;
    return lost.with({
      facts: { ...lost.facts, ...(isSafe ? { state: "unchanged" } : {}) },
      state: isSafe
        ? "The server rolls back what was not committed; this migration changed nothing."
        : "What was committed before the connection went is recorded; veza-db migrate status shows it when the server is back.",
    });
  }
  const row = rows.find(({ id }) => id === step.file.id);
  const isThrough = context.direction === "up" ? row?.status === "applied" : row === undefined;
  if (isThrough) {
    return lost.with({
      facts: { ...lost.facts, applied: [...ids, step.file.id], state: "unchanged" },
      state: `${step.file.id} was committed before the connection went; run ${context.again} to go on.`,
    });
  }
  const isPartial = context.direction === "up" && row !== undefined && row.statementsDone > 0;
  return lost.with({
    facts: { ...lost.facts, state: isPartial ? "partial" : "unchanged" },
    state: isPartial ? partialState(step, survey, row.statementsDone, context) : unchangedState(context),
  });
}

async function lookAgain({ reconnect, names }: FailureContext): Promise<readonly LedgerRow[] | undefined> {
  try {
    await using db = await reconnect();
    const { rows } = await readHistory(db, names);
    return rows;
  } catch {
    return undefined; // the server is still away, which is what the message then says
  }
}
