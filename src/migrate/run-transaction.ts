import type { Db } from "../postgres/connect.ts";
import { serverErrorOf } from "../postgres/failure.ts";
import { splitStatements } from "../sql/split.ts";
import { Flight } from "./flight.ts";
import { resetAll, tidySql, tidyTransaction } from "./session.ts";
import type { FlightFailure } from "./flight.ts";
import type { HistoryNames, Step } from "./model.ts";
import type { Survey } from "./prepare.ts";
import { sendRows } from "./recording.ts";
import type { Recording } from "./recording.ts";

export interface RunWishes {
  readonly names: HistoryNames;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** The server can notice by itself that its client is gone (client_connection_check_interval). */
  readonly checksClient: boolean;
  readonly signal: AbortSignal;
  /** Behind a pooler: takes the lock inside the transaction and looks whether the work is still to do. */
  readonly guard?: ((db: Db) => Promise<"go" | "busy" | "done">) | undefined;
}

export type RunResult =
  | { readonly kind: "committed" }
  /** Behind a pooler: another run holds the lock, or has done this migration meanwhile. */
  | { readonly kind: "busy" | "done" }
  /** `isCertain` is false when the connection went while COMMIT was on its way. */
  | { readonly kind: "failed"; readonly failure: FlightFailure; readonly isCertain: boolean };

/**
 * Runs one script in one transaction that also holds what `record` gives: its change of the history. Everything is
 * sent ahead of its answers; a script that returns to savepoints is sent a statement at a time, since a pipelined one
 * could come back to life after its failure.
 */
export async function runInTransaction(
  db: Db,
  step: Step,
  survey: Survey,
  wishes: RunWishes,
  record: (statements: number) => Recording,
): Promise<RunResult> {
  const flight = new Flight(db, wishes.signal);
  flight.open(beginSql(step, wishes));
  if (wishes.guard !== undefined) {
    try {
      const verdict = await wishes.guard(db);
      if (verdict !== "go") {
        await db.send("ROLLBACK");
        return { kind: verdict };
      }
    } catch (error) {
      return rollBack(db, { error, failed: undefined });
    }
  }
  let number = 0;
  for (const statement of survey.pieces ?? splitStatements(step.text, step.file.shown)) {
    if (flight.isFull || (survey.returnsToSavepoint && number > 0) || wishes.signal.aborted) {
      const failure = await flight.land();
      if (failure !== undefined) return rollBack(db, failure);
      if (wishes.signal.aborted) return rollBack(db, { error: wishes.signal.reason, failed: undefined });
    }
    number++;
    void flight.send(statement.sql, { statement, number });
  }
  if (survey.returnsToSavepoint) {
    const failure = await flight.land();
    if (failure !== undefined) return rollBack(db, failure);
  }
  // A script's own settings end before its row is written, with what else it left in the session.
  const limit = `SET LOCAL lock_timeout = ${wishes.lockTimeoutMs}`;
  const own = `${resetAll}; ${tidySql(step)}${limit}`;
  const { rows, sql } = record(number);
  if (rows !== undefined) {
    void flight.send(own);
    const failure = (await flight.land()) ?? (await sendRows(db, rows, wishes.signal));
    if (failure !== undefined) return rollBack(db, failure);
  }
  const commit = flight.send(rows === undefined ? `${own}; ${sql}; COMMIT` : `${sql}; COMMIT`);
  const failure = await flight.land();
  if (failure === undefined) {
    const { command } = await commit;
    if (command !== "COMMIT") throw new Error(`COMMIT was answered by ${command}`);
    return { kind: "committed" };
  }
  // What came after the failure was left undone, COMMIT too.
  await tidyTransaction(db);
  // The server answered each statement up to the failure itself, or the line went dead with COMMIT under way.
  return { kind: "failed", failure, isCertain: db.isAlive || serverErrorOf(failure.error) !== undefined };
}

/** The transaction's own limits; they end with it. */
function beginSql(step: Step, wishes: RunWishes): string {
  const { lockTimeoutMs = wishes.lockTimeoutMs, statementTimeoutMs = wishes.statementTimeoutMs } =
    step.directives;
  return [
    "BEGIN",
    `SET LOCAL lock_timeout = ${lockTimeoutMs}`,
    `SET LOCAL statement_timeout = ${statementTimeoutMs}`,
    // What our scanner takes for granted; a role or a database may have it off.
    "SET LOCAL standard_conforming_strings = on",
    ...(wishes.checksClient ? ["SET LOCAL client_connection_check_interval = 2000"] : []),
  ].join("; ");
}

async function rollBack(db: Db, failure: FlightFailure): Promise<RunResult> {
  // When the session is gone, the server has rolled back by itself: COMMIT was never sent.
  await tidyTransaction(db);
  return { kind: "failed", failure, isCertain: true };
}
