import { hostname } from "node:os";
import { toolVersion } from "../kernel/version.ts";
import type { Db } from "../postgres/connect.ts";
import { fillLiterals } from "../sql/literals.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { historyTable, logTable } from "./history.ts";
import { beginLocked } from "./pooler.ts";
import type { RunOptions } from "./run-options.ts";
import type { HistoryNames, HistoryStatus, Step } from "./model.ts";

const clientHost = hostname();

export type LoggedAction = "apply" | "down" | "baseline" | "resolve" | "repair";

/** Creates the history table and its log where they are missing, with the lock held: two that create at once would collide. */
export async function createHistory(db: Db, options: RunOptions): Promise<void> {
  const { names } = options;
  await beginLocked(db, options);
  const statements = [
    ...((await hasSchema(db, names))
      ? []
      : [fillIdentifiers(readSql("create-schema"), { schema: quoteIdentifier(names.schema) })]),
    fillIdentifiers(readSql("create-history"), { history: historyTable(names) }),
    fillIdentifiers(readSql("create-log"), { log: logTable(names) }),
    "COMMIT",
  ];
  const answers = await Promise.allSettled(statements.map((statement) => db.send(statement)));
  for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
}

/** CREATE SCHEMA IF NOT EXISTS would want the privilege to create one even where it is there. */
async function hasSchema(db: Db, { schema }: HistoryNames): Promise<boolean> {
  if (schema === "public") return true;
  const [row] = await db.query(readSql("has-schema"), [schema]);
  return row?.["isThere"] === true;
}

function readSql(name: string): string {
  return loadSql(import.meta.url, `./sql/${name}.sql`);
}

/** The SQL that records an applied migration; travels in the migration's own transaction. */
export function recordSql(
  names: HistoryNames,
  step: Step,
  status: HistoryStatus,
  done: number,
  total: number,
): string {
  const sql = fillIdentifiers(readSql("insert-history"), { history: historyTable(names) });
  return fillLiterals(sql, {
    id: step.file.id,
    name: step.file.name,
    sqlContent: step.text,
    checksum: step.file.checksum,
    status,
    statementsDone: done,
    statementsTotal: total,
    toolVersion: toolVersion(),
    downSql: step.downText ?? null,
  });
}

/** The SQL that makes the history say "applied" with a file's text as it is now. */
export function setSql(names: HistoryNames, step: Step, statements: number): string {
  const sql = fillIdentifiers(readSql("set-history"), { history: historyTable(names) });
  return fillLiterals(sql, {
    id: step.file.id,
    name: step.file.name,
    sqlContent: step.text,
    checksum: step.file.checksum,
    statements,
    toolVersion: toolVersion(),
    downSql: step.downText ?? null,
  });
}

/** The SQL that takes a migration out of the history. */
export function deleteSql(names: HistoryNames, id: string): string {
  const sql = fillIdentifiers(readSql("delete-history"), { history: historyTable(names) });
  return fillLiterals(sql, { id });
}

/** The SQL that logs an attempt that succeeded; how long it took where its transaction was not all of it. */
export function logSql(
  names: HistoryNames,
  migration: { readonly id: string; readonly name: string },
  action: LoggedAction,
  durationMs: number | null = null,
): string {
  const sql = fillIdentifiers(readSql("insert-log"), { log: logTable(names) });
  const { id, name } = migration;
  return fillLiterals(sql, {
    id,
    name,
    action,
    durationMs: durationMs === null ? null : Math.round(durationMs),
    clientHost,
    toolVersion: toolVersion(),
  });
}

export interface FailedAttempt {
  readonly id: string;
  readonly name: string;
  readonly action: LoggedAction;
  readonly durationMs: number;
  readonly statementNumber: number | null;
  readonly sqlstate: string | null;
  readonly message: string;
}

/** Logs an attempt that failed, outside the transaction that was rolled back. */
export async function logFailure(db: Db, names: HistoryNames, attempt: FailedAttempt): Promise<void> {
  const sql = fillIdentifiers(readSql("insert-failure"), { log: logTable(names) });
  const { id, name, action, durationMs, statementNumber, sqlstate, message } = attempt;
  const values = [
    id,
    name,
    action,
    Math.round(durationMs),
    statementNumber,
    sqlstate,
    message,
    clientHost,
    toolVersion(),
  ];
  await db.query(sql, values);
}
