import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import { classify } from "../sql/classify.ts";
import { fillLiterals } from "../sql/literals.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { splitStatements } from "../sql/split.ts";
import { beginStatements } from "./begin-statements.ts";
import type { FlightFailure, Numbered } from "./flight.ts";
import { historyTable } from "./history.ts";
import type { HistoryNames, HistoryStatus, Step } from "./model.ts";
import type { Survey } from "./prepare.ts";
import type { Recording } from "./recording.ts";
import { logSql } from "./record.ts";
import { clearRemains, describeRemains, saysDoneBefore } from "./remains.ts";
import type { RunWishes } from "./run-transaction.ts";
import { resetAll, tidy, tidySql, tidyTransaction } from "./session.ts";
import { SessionSettings, isSetting } from "./session-settings.ts";

export interface StatementWishes extends RunWishes {
  readonly onStatement: (number: number, sql: string) => void;
  readonly onNote: (note: string) => void;
}

export type StatementsResult =
  | { readonly kind: "committed" }
  | {
      readonly kind: "failed";
      readonly failure: FlightFailure;
      readonly done: number;
      /** What the failed statement has left in the database, in words. */
      readonly remains?: string | undefined;
    };

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
  const settings = new SessionSettings(step, wishes);
  const startedAt = performance.now();
  let done = step.statementsDone;
  try {
    const mayHavePassed = await beginStatements(db, step, total, wishes.names);
    let number = 0;
    for (const statement of splitStatements(step.text, step.file.shown)) {
      number++;
      const { sql } = statement;
      if (number <= step.statementsDone) {
        // A setting that an earlier statement made ended with the earlier run's session.
        if (isSetting(sql)) await db.send(sql);
      } else {
        if (wishes.signal.aborted)
          return await failed(db, { error: wishes.signal.reason, failed: undefined }, done);
        wishes.onStatement(number, sql);
        const isDoubtful = mayHavePassed && number === step.statementsDone + 1;
        const run = { step, total, settings, wishes, startedAt };
        const failure = await runOne(db, run, { statement, number }, isDoubtful);
        if (failure !== undefined) return await failed(db, failure, done);
        done = number;
      }
      settings.see(sql);
    }
    if (total <= step.statementsDone) {
      await db.send(`BEGIN; ${asOurselves}; ${progressSql(step, total, total, 0, wishes.names)}; COMMIT`);
    }
  } catch (error) {
    return failed(db, { error, failed: undefined }, done);
  }
  await tidy(db, `${resetAll}; ${tidySql(step)}`);
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
  record: (statements: number, durationMs: number) => Recording,
): Promise<StatementsResult> {
  const settings = new SessionSettings(step, wishes);
  const startedAt = performance.now();
  let number = 0;
  for (const statement of splitStatements(step.text, step.file.shown)) {
    const { sql } = statement;
    if (wishes.signal.aborted) return failed(db, { error: wishes.signal.reason, failed: undefined }, number);
    number++;
    wishes.onStatement(number, sql);
    try {
      await db.send(settings.before(sql, "SET"));
      await cancellable(db, wishes.signal, () => db.send(sql));
      settings.see(sql);
    } catch (error) {
      return failed(db, { error, failed: { statement, number } }, number - 1);
    }
  }
  try {
    await db.send(
      `${resetAll}; BEGIN; ${record(survey.statements, performance.now() - startedAt).sql}; COMMIT`,
    );
  } catch (error) {
    return failed(db, { error, failed: undefined }, number);
  }
  await tidy(db, tidySql(step));
  return { kind: "committed" };
}

/** For the length of a transaction, back to the role that connected; what the file has set holds on after it. */
const asOurselves = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE";

async function failed(db: Db, failure: FlightFailure, done: number): Promise<StatementsResult> {
  await tidyTransaction(db);
  const { failed: numbered } = failure;
  const remains = numbered === undefined ? undefined : await describeRemains(db, numbered.statement.sql);
  await tidy(db, resetAll);
  return { kind: "failed", failure, done, remains };
}

/**
 * What the server says of a statement that cannot run in a transaction where its words do not give it away: a
 * procedure that commits (2D000), REINDEX and CLUSTER of a partitioned table (25001). Nothing of it has happened then.
 */
const wantsNoTransaction: ReadonlySet<string> = new Set(["25001", "2D000"]);

/** What all statements of a run share. */
interface Run {
  readonly step: Step;
  readonly total: number;
  readonly settings: SessionSettings;
  readonly wishes: StatementWishes;
  readonly startedAt: number;
}

/** Runs one statement and records it; gives the failure, if there was one. */
async function runOne(
  db: Db,
  { step, total, settings, wishes, startedAt: runStartedAt }: Run,
  numbered: Numbered,
  isDoubtful: boolean,
): Promise<FlightFailure | undefined> {
  const {
    number,
    statement: { sql },
  } = numbered;
  // A statement that no transaction may hold runs alone; settings that earlier ones made hold here as in psql.
  let isAlone = classify(sql).cannotRunInTransaction !== undefined;
  const startedAt = performance.now();
  const attempt = async (): Promise<void> => {
    await db.send(isAlone ? settings.before(sql, "SET") : `BEGIN; ${settings.before(sql, "SET LOCAL")}`);
    await cancellable(db, wishes.signal, async () => {
      // What an earlier attempt has left goes first; that may have to wait for others just as the statement itself.
      const toSend = isAlone ? await clearRemains(db, sql, isDoubtful, wishes.onNote) : sql;
      if (toSend !== undefined) await db.send(toSend);
    });
  };
  try {
    try {
      await attempt();
    } catch (error) {
      if (isAlone || !wantsNoTransaction.has(sqlstateOf(error) ?? "")) throw error;
      await db.send("ROLLBACK");
      isAlone = true;
      await attempt();
    }
  } catch (error) {
    if (!isDoubtful || !saysDoneBefore(error, sql)) return { error, failed: numbered };
    wishes.onNote(
      `Statement ${number} had got through already: an earlier run was stopped before it could say so.`,
    );
  }
  const durationMs = performance.now() - startedAt;
  const record = [
    asOurselves,
    progressSql(step, number, total, durationMs, wishes.names),
    ...(number === total ? [logSql(wishes.names, step.file, "apply", performance.now() - runStartedAt)] : []),
  ].join("; ");
  await db.send(`${isAlone ? "BEGIN; " : ""}${record}; COMMIT`);
  return undefined;
}

function progressSql(
  step: Step,
  done: number,
  total: number,
  durationMs: number,
  names: HistoryNames,
): string {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/update-progress.sql"), {
    history: historyTable(names),
  });
  const status: HistoryStatus = done === total ? "applied" : "partial";
  return fillLiterals(sql, {
    id: step.file.id,
    statementsDone: done,
    status,
    durationMs: Math.round(durationMs),
  });
}
