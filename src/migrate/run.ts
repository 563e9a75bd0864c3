import { setTimeout as sleep } from "node:timers/promises";
import { VezaError, messageOf } from "../kernel/error.ts";
import { cancelOnAbort } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { isConnectionLoss, queryFailure, serverErrorOf, sqlstateOf } from "../postgres/failure.ts";
import type { FlightFailure, Numbered } from "./flight.ts";
import { readHistory } from "./history.ts";
import { takeLock } from "./lock.ts";
import type { HistoryNames, MigrationFolder, Step } from "./model.ts";
import { blockingProblems, planMigrations } from "./plan.ts";
import type { MigrationPlan, PlanWishes } from "./plan.ts";
import { readStep, surveyStep } from "./prepare.ts";
import type { Survey } from "./prepare.ts";
import { refuseProblems } from "./refuse-problems.ts";
import { createHistory, logFailure } from "./record.ts";
import { runStatements } from "./run-statements.ts";
import { runInTransaction } from "./run-transaction.ts";
import { explainStatement } from "./statement-failure.ts";
import { watchBlockers } from "./watch-blockers.ts";

export interface Applied {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly statements: number;
  readonly durationMs: number;
}

/** What a run tells while it works. */
export type RunEvent =
  | { readonly kind: "waiting-for-lock"; readonly holder: string }
  | { readonly kind: "started"; readonly step: Step; readonly statements: number }
  | { readonly kind: "statement"; readonly step: Step; readonly number: number; readonly total: number; readonly sql: string }
  | { readonly kind: "blocked"; readonly by: string }
  | { readonly kind: "retry"; readonly step: Step; readonly attempt: number; readonly of: number; readonly reason: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "applied"; readonly applied: Applied };

export interface RunOptions {
  readonly names: HistoryNames;
  readonly plan: PlanWishes;
  readonly lockWaitMs: number;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly lockRetries: number;
  readonly signal: AbortSignal;
  /** The command that goes on after a failure, e.g. `veza-db migrate --embedded`. */
  readonly again: string;
  /** Opens one more connection to the same database. */
  readonly reconnect: () => Promise<Db>;
  readonly tell: (event: RunEvent) => void;
}

/** Server errors after which the same migration may well succeed: a lock not had in time, a deadlock. */
const worthRetrying = new Set(["55P03", "40P01", "40001"]);

/**
 * Applies what is pending, in order, under the lock. The history is read again once the lock is held, so that two runs
 * started at once apply each migration once. Throws with the state that things are in.
 */
export async function applyPending(db: Db, folder: MigrationFolder, options: RunOptions): Promise<Applied[]> {
  const { names, signal, tell } = options;
  using _cancelling = cancelOnAbort(db, signal);
  await using _lock = await takeLock(db, names, {
    waitMs: options.lockWaitMs,
    signal,
    onWait: (holder) => tell({ kind: "waiting-for-lock", holder }),
  });
  const history = await readHistory(db, names);
  const plan = planMigrations(folder.files, folder.clashes, history.rows, options.plan);
  if (blockingProblems(plan, options.plan).length > 0) throw await refuseProblems(db, names, folder, plan, options.plan);
  if (plan.pending.length === 0) return [];
  surveyAll(plan, tell);
  await prepareDatabase(db, names, history.exists);
  const checksClient = await canCheckClient(db);
  const applied: Applied[] = [];
  for (const pending of plan.pending) {
    const step = readStep(pending);
    const survey = surveyStep(step);
    tell({ kind: "started", step, statements: survey.statements });
    const startedAt = performance.now();
    await applyStep(db, step, survey, { ...options, checksClient, folder, applied });
    const { id, name, file } = step.file;
    const done: Applied = { id, name, file, statements: survey.statements, durationMs: performance.now() - startedAt };
    applied.push(done);
    tell({ kind: "applied", applied: done });
  }
  return applied;
}

/** Every pending file is read and looked through before the first one runs. */
export function surveyAll(plan: MigrationPlan, tell: (event: RunEvent) => void): void {
  for (const pending of plan.pending) {
    for (const text of surveyStep(readStep(pending)).warnings) tell({ kind: "warning", text });
  }
}

async function prepareDatabase(db: Db, names: HistoryNames, exists: boolean): Promise<void> {
  if (exists) return;
  try {
    await createHistory(db, names);
  } catch (error) {
    const failure = queryFailure(error, `creating the history table ${names.schema}.${names.table}`);
    if (sqlstateOf(error) !== "42501") throw failure;
    throw failure.with({
      hint: `GRANT CREATE ON SCHEMA ${names.schema} TO ${db.target.user};`,
      state: "Nothing was changed.",
    });
  }
}

/** Whether the server can look for a client that is gone while it runs a statement (not on every platform). */
async function canCheckClient(db: Db): Promise<boolean> {
  try {
    await db.send("SET client_connection_check_interval = 2000; RESET client_connection_check_interval");
    return true;
  } catch (error) {
    if (serverErrorOf(error) === undefined) throw queryFailure(error, "preparing the session");
    return false;
  }
}

interface StepContext extends RunOptions {
  readonly checksClient: boolean;
  readonly folder: MigrationFolder;
  readonly applied: readonly Applied[];
}

/** One migration, tried again as a whole when it could not have its locks. */
async function applyStep(db: Db, step: Step, survey: Survey, context: StepContext): Promise<void> {
  const startedAt = performance.now();
  for (let attempt = 1; ; attempt++) {
    await using watch = watchBlockers(context.reconnect, db.facts.backendPid, (by) => context.tell({ kind: "blocked", by }));
    const outcome = await attemptStep(db, step, survey, context);
    if (outcome === undefined) return;
    const sqlstate = sqlstateOf(outcome.failure.error) ?? "";
    const canRetry = worthRetrying.has(sqlstate) && attempt <= context.lockRetries && !context.signal.aborted;
    if (!canRetry || !step.directives.transaction) {
      const durationMs = performance.now() - startedAt;
      throw await explain(db, step, survey, outcome, { ...context, durationMs, attempts: attempt, blockers: watch.seen() });
    }
    const reason = messageOf(outcome.failure.error);
    context.tell({ kind: "retry", step, attempt, of: context.lockRetries, reason });
    // 0.25 s to 5 s with jitter: long enough for the others to get through the queue that we have just left.
    await sleep(Math.min(5000, 250 * 1.6 ** attempt) * (0.5 + Math.random()), undefined, { signal: context.signal });
  }
}

interface Outcome {
  readonly failure: FlightFailure;
  /** Statements that are committed. */
  readonly done: number;
  readonly isCertain: boolean;
}

async function attemptStep(db: Db, step: Step, survey: Survey, context: StepContext): Promise<Outcome | undefined> {
  if (step.directives.transaction) {
    const result = await runInTransaction(db, step, survey, context);
    return result.kind === "committed" ? undefined : { failure: result.failure, done: 0, isCertain: result.isCertain };
  }
  const { tell } = context;
  const result = await runStatements(db, step, survey, {
    ...context,
    onNote: (text) => tell({ kind: "note", text }),
    onStatement: ({ statement, number }: Numbered, total) =>
      tell({ kind: "statement", step, number, total, sql: statement.sql }),
  });
  return result.kind === "committed" ? undefined : { failure: result.failure, done: result.done, isCertain: true };
}

interface Explaining extends StepContext {
  readonly durationMs: number;
  readonly attempts: number;
  readonly blockers: readonly string[];
}

/** Turns what failed into the error that people read, with the state that things are in, and logs the attempt. */
async function explain(db: Db, step: Step, survey: Survey, outcome: Outcome, context: Explaining): Promise<VezaError> {
  const { failure, done } = outcome;
  if (failure.error instanceof VezaError) return failure.error;
  if (isConnectionLoss(failure.error)) return explainLoss(step, survey, outcome, context);
  const { signal } = context;
  const error = failure.failed === undefined ? undefined : explainStatement(failure.error, {
    shownFile: `${context.folder.shownDir}/${step.file.file}`,
    text: step.text,
    statement: failure.failed.statement,
    number: failure.failed.number,
    total: survey.statements,
  });
  if (error === undefined && serverErrorOf(failure.error) === undefined && !signal.aborted) throw failure.error;
  const known = error ?? queryFailure(failure.error ?? new Error("stopped"), `recording ${step.file.file}`);
  await logAttempt(db, step, known, context);
  const retries = context.attempts > 1 ? [`Tried ${context.attempts} times.`] : [];
  const blockers = context.blockers.map((blocker) => `Blocked by ${blocker}`);
  const detail = [known.detail, ...retries, ...blockers].filter((part) => part !== undefined).join("\n");
  const isPartial = !step.directives.transaction && done > 0;
  return known.with({
    detail: detail === "" ? undefined : detail,
    hint: known.hint ?? nextStep(step, sqlstateOf(failure.error) ?? "", context),
    state: isPartial ? partialState(step, survey, done, context) : unchangedState(context),
    facts: { ...known.facts, applied: context.applied.map(({ id }) => id), state: isPartial ? "partial" : "unchanged" },
  });
}

function nextStep(step: Step, sqlstate: string, { again }: Explaining): string {
  if (sqlstate === "55P03") return `${again} --lock-timeout 30s, when those who block are done`;
  if (sqlstate === "42501") return "Grant the missing privilege, or connect as the owner with --url.";
  return `Mend ${step.file.file}, then: ${again}`;
}

async function logAttempt(db: Db, step: Step, error: VezaError, context: Explaining): Promise<void> {
  const { sqlstate, statement } = error.facts;
  try {
    await logFailure(db, context.names, {
      id: step.file.id,
      name: step.file.name,
      action: "apply",
      durationMs: context.durationMs,
      statementNumber: typeof statement === "number" ? statement : null,
      sqlstate: typeof sqlstate === "string" ? sqlstate : null,
      message: error.message,
    });
  } catch (logError) {
    context.tell({ kind: "warning", text: `The failed attempt could not be logged: ${messageOf(logError)}` });
  }
}

function unchangedState({ applied, again }: StepContext): string {
  if (applied.length === 0) return "Rolled back; the database is unchanged.";
  const before = applied.length === 1 ? "The migration before it is" : `The ${applied.length} migrations before it are`;
  return `Rolled back; this migration changed nothing. ${before} applied; run ${again} to go on.`;
}

function partialState(step: Step, survey: Survey, done: number, { again }: StepContext): string {
  return `${done} of ${survey.statements} statements of ${step.file.id} are applied; run ${again} to go on.`;
}

/** The connection went: asks the server, over a new one, what has become of the migration. */
async function explainLoss(step: Step, survey: Survey, outcome: Outcome, context: Explaining): Promise<VezaError> {
  const common = {
    code: "connection.lost",
    ending: "failed",
    message: `The connection to the server was lost while ${step.file.file} was running.`,
    detail: serverErrorOf(outcome.failure.error)?.message,
    hint: `When the server is back: ${context.again}`,
    cause: outcome.failure.error,
  } as const;
  const ids = context.applied.map(({ id }) => id);
  const row = await lookAgain(step, context);
  if (row === "unknown") {
    const isSafe = outcome.isCertain && step.directives.transaction;
    return new VezaError({
      ...common,
      facts: { applied: ids, ...(isSafe ? { state: "unchanged" } : {}) },
      state: isSafe
        ? "The server rolls back what was not committed; the migration changed nothing."
        : "What was committed before the connection went is recorded; veza-db migrate status shows it when the server is back.",
    });
  }
  const facts = { applied: row?.status === "applied" ? [...ids, step.file.id] : ids };
  if (row?.status === "applied") {
    return new VezaError({ ...common, facts: { ...facts, state: "unchanged" }, state: `${step.file.id} was committed; run ${context.again} to go on.` });
  }
  const isPartial = row !== undefined && row.statementsDone > 0;
  return new VezaError({
    ...common,
    facts: { ...facts, state: isPartial ? "partial" : "unchanged" },
    state: isPartial ? partialState(step, survey, row.statementsDone, context) : unchangedState(context),
  });
}

async function lookAgain(step: Step, { reconnect, names }: Explaining) {
  try {
    await using db = await reconnect();
    const { rows } = await readHistory(db, names);
    return rows.find(({ id }) => id === step.file.id);
  } catch {
    // The server is still away: that is what the message says.
    return "unknown" as const;
  }
}
