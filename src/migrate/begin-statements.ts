import { VezaError } from "../kernel/error.ts";
import { toolVersion } from "../kernel/version.ts";
import type { Db } from "../postgres/connect.ts";
import { fillLiterals } from "../sql/literals.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { splitStatements } from "../sql/split.ts";
import { historyTable, logTable } from "./history.ts";
import type { HistoryNames, Step } from "./model.ts";
import { recordSql } from "./record.ts";

interface Begun {
  readonly sqlContent: string;
  readonly mayHavePassed: boolean;
}

/**
 * Makes the row of a no-transaction migration, or makes sure that what an earlier run has done still stands in the
 * file. True when the statement that comes next may have got through already: an earlier run sent it, and was stopped
 * before it heard or recorded the answer.
 */
export async function beginStatements(
  db: Db,
  step: Step,
  total: number,
  names: HistoryNames,
): Promise<boolean> {
  const tables = { history: historyTable(names), log: logTable(names) };
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-begun.sql"), tables);
  const [begun] = await db.query<Begun>(sql, [step.file.id]);
  if (begun === undefined) {
    await db.send(recordSql(names, step, "partial", 0, total));
    return false;
  }
  const before = firstStatements(begun.sqlContent, step.statementsDone + 1);
  const now = firstStatements(step.text, step.statementsDone + 1);
  const changed = before
    .slice(0, step.statementsDone)
    .findIndex((statement, index) => statement !== now[index]);
  if (changed >= 0) throw doneStatementChanged(step, changed, before[changed] ?? "");
  await db.send(resumeSql(step, total, names));
  return (
    step.wasRefused !== true &&
    begun.mayHavePassed &&
    before[step.statementsDone] === now[step.statementsDone]
  );
}

/** What runs from here on is what is recorded: the statements that are not done may have been mended. */
function resumeSql(step: Step, total: number, names: HistoryNames): string {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/resume-history.sql"), {
    history: historyTable(names),
  });
  return fillLiterals(sql, {
    id: step.file.id,
    name: step.file.name,
    sqlContent: step.text,
    checksum: step.file.checksum,
    statementsTotal: total,
    toolVersion: toolVersion(),
    downSql: step.downText ?? null,
  });
}

function doneStatementChanged({ file, statementsDone }: Step, index: number, before: string): VezaError {
  return new VezaError({
    code: "migrate.done-statement-changed",
    ending: "refused",
    message: `${file.file} is half applied, and statement ${index + 1}, which is done, was changed.`,
    detail: `Statements of it that are done: ${statementsDone}. Statement ${index + 1} ran as:\n${before}`,
    hint: `Put the statements that are done back as they were, or say how things are: veza-db migrate resolve ${file.id} --applied`,
    state: "Nothing was changed.",
    facts: { file: file.shown },
  });
}

function firstStatements(text: string, count: number): string[] {
  const statements: string[] = [];
  for (const { sql } of splitStatements(text)) {
    if (statements.length === count) break;
    statements.push(sql);
  }
  return statements;
}
