import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { classify } from "../sql/classify.ts";
import { fillLiterals } from "../sql/literals.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { splitStatements } from "../sql/split.ts";
import type { FlightFailure, Numbered } from "./flight.ts";
import { historyTable, readStoredTexts } from "./history.ts";
import { clearInvalidIndex } from "./invalid-index.ts";
import type { HistoryNames, HistoryStatus, Step } from "./model.ts";
import type { Survey } from "./prepare.ts";
import { logSql, recordSql } from "./record.ts";
import { tidySession } from "./run-transaction.ts";
import type { RunWishes } from "./run-transaction.ts";
import { toolVersion } from "../kernel/version.ts";

export interface StatementWishes extends RunWishes {
  readonly onStatement: (number: number, sql: string) => void;
  readonly onNote: (note: string) => void;
}

export type StatementsResult =
  | { readonly kind: "committed" }
  | { readonly kind: "failed"; readonly failure: FlightFailure; readonly done: number };

/**
 * Runs a no-transaction migration statement by statement and records each one that is done. A statement that may run
 * in a transaction shares one with its record; for the others the record follows, and a later run looks whether the
 * statement had got through.
 */
export async function runStatements(
  db: Db,
  step: Step,
  survey: Survey,
  wishes: StatementWishes,
): Promise<StatementsResult> {
  const total = survey.statements;
  const isResumed = await begin(db, step, total, wishes.names);
  let number = 0;
  for (const statement of splitStatements(step.text, step.file.file)) {
    number++;
    if (number <= step.statementsDone) {
      // A setting that an earlier statement made ended with the earlier run's session.
      if (isSetting(statement.sql)) await db.send(statement.sql);
      continue;
    }
    const numbered = { statement, number };
    if (wishes.signal.aborted) return failed({ error: wishes.signal.reason, failed: undefined }, number - 1);
    wishes.onStatement(number, statement.sql);
    try {
      await runOne(db, step, numbered, total, isResumed && number === step.statementsDone + 1, wishes);
    } catch (error) {
      if (db.isAlive) await db.send(resetAll);
      return failed({ error, failed: numbered }, number - 1);
    }
  }
  if (total === 0 || step.statementsDone >= total) await db.send(progressSql(step, total, total, 0, wishes.names));
  await db.send(resetAll);
  await tidySession(db, step);
  return { kind: "committed" };
}

/**
 * Takes a migration back statement by statement; its row in the history goes last. What was done before a failure
 * stays done: the down file must then be mended so that it can run again.
 */
export async function runDownStatements(
  db: Db,
  step: Step,
  survey: Survey,
  wishes: StatementWishes,
  record: (statements: number) => string,
): Promise<StatementsResult> {
  let number = 0;
  for (const statement of splitStatements(step.text, step.file.file)) {
    number++;
    if (wishes.signal.aborted) return failed({ error: wishes.signal.reason, failed: undefined }, number - 1);
    wishes.onStatement(number, statement.sql);
    try {
      await db.send(limitsOf(step, statement.sql, wishes).map((limit) => `SET ${limit}`).join("; "));
      await db.send(statement.sql);
    } catch (error) {
      if (db.isAlive) await db.send(resetAll);
      return failed({ error, failed: { statement, number } }, number - 1);
    }
  }
  await db.send(`${resetAll}; BEGIN; ${record(survey.statements)}; COMMIT`);
  await tidySession(db, step);
  return { kind: "committed" };
}

/** For the length of a transaction, back to the role that connected; what the file has set holds on after it. */
const asOurselves = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE";

/** A statement whose effect lasts as long as the session. */
function isSetting(sql: string): boolean {
  return /^(set(?!\s+(local|transaction|constraints)\b)|reset)\b/i.test(sql) || /^select\s+(pg_catalog\s*\.\s*)?set_config\b/i.test(sql);
}

const resetAll = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

function limitsOf(step: Step, sql: string, wishes: StatementWishes): string[] {
  const { statementTimeoutMs = wishes.statementTimeoutMs } = step.directives;
  // A concurrent build waits for old transactions and blocks nobody meanwhile; a limit would only leave an INVALID index.
  const isConcurrent = classify(sql).concurrentIndex !== undefined;
  const lockTimeoutMs = step.directives.lockTimeoutMs ?? (isConcurrent ? 0 : wishes.lockTimeoutMs);
  return [
    `lock_timeout = ${lockTimeoutMs}`,
    `statement_timeout = ${statementTimeoutMs}`,
    "standard_conforming_strings = on",
    ...(wishes.checksClient ? ["client_connection_check_interval = 2000"] : []),
  ];
}

function failed(failure: FlightFailure, done: number): StatementsResult {
  return { kind: "failed", failure, done };
}

/** Makes the row that says "partial", or makes sure that what an earlier run has done still stands in the file: then true. */
async function begin(db: Db, step: Step, total: number, names: HistoryNames): Promise<boolean> {
  const [stored] = await readStoredTexts(db, names, [step.file.id]);
  if (stored === undefined) {
    await db.send(recordSql(names, step, "partial", 0, total));
    return false;
  }
  const done = firstStatements(stored.sqlContent, step.statementsDone);
  const now = firstStatements(step.text, step.statementsDone);
  const changed = done.findIndex((sql, index) => sql !== now[index]);
  if (changed >= 0 || now.length < done.length) {
    throw new VezaError({
      code: "migrate.done-statement-changed",
      ending: "refused",
      message: `${step.file.file} is half applied, and statement ${Math.max(changed, 0) + 1}, which is done, was changed.`,
      detail: `${step.statementsDone} statements are done. It ran as:\n${done[Math.max(changed, 0)] ?? ""}`,
      hint: `Put the statements that are done back as they were, or say how things are: veza-db migrate resolve ${step.file.id} --applied`,
      state: "Nothing was changed.",
    });
  }
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/resume-history.sql"), { history: historyTable(names) });
  await db.send(
    fillLiterals(sql, {
      id: step.file.id,
      name: step.file.name,
      sqlContent: step.text,
      checksum: step.file.checksum,
      statementsTotal: total,
      toolVersion: toolVersion(),
      downSql: step.downText ?? null,
    }),
  );
  return true;
}

async function runOne(
  db: Db,
  step: Step,
  numbered: Numbered,
  total: number,
  wasTried: boolean,
  wishes: StatementWishes,
): Promise<void> {
  const { sql } = numbered.statement;
  const { cannotRunInTransaction, concurrentIndex } = classify(sql);
  const startedAt = performance.now();
  const record = (): string =>
    progressSql(step, numbered.number, total, performance.now() - startedAt, wishes.names) +
    (numbered.number === total ? `; ${logSql(wishes.names, step.file, "apply")}` : "");
  const limits = limitsOf(step, sql, wishes);
  if (cannotRunInTransaction === undefined) {
    await db.send(["BEGIN", ...limits.map((limit) => `SET LOCAL ${limit}`)].join("; "));
    try {
      await db.send(sql);
      await db.send(`${asOurselves}; ${record()}; COMMIT`);
    } catch (error) {
      if (db.isAlive) await db.send("ROLLBACK");
      throw error;
    }
    return;
  }
  // Settings that earlier statements of the file made (search_path) hold here, as psql would have it.
  await db.send(limits.map((limit) => `SET ${limit}`).join("; "));
  const isDone =
    concurrentIndex !== undefined &&
    (await clearInvalidIndex(db, concurrentIndex, wasTried, wishes.onNote));
  if (!isDone) await db.send(sql);
  await db.send(`BEGIN; ${asOurselves}; ${record()}; COMMIT`);
}

function progressSql(step: Step, done: number, total: number, durationMs: number, names: HistoryNames): string {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/update-progress.sql"), { history: historyTable(names) });
  const status: HistoryStatus = done === total ? "applied" : "partial";
  return fillLiterals(sql, { id: step.file.id, statementsDone: done, status, durationMs: Math.round(durationMs) });
}

function firstStatements(text: string, count: number): string[] {
  const statements: string[] = [];
  for (const { sql } of splitStatements(text)) {
    if (statements.length === count) break;
    statements.push(sql);
  }
  return statements;
}

