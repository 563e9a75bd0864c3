import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteQualified } from "../sql/quote.ts";
import type { QuotedSql } from "../sql/quote.ts";
import { isMigrationId } from "./migration-id.ts";
import type { HistoryNames, HistoryRow, LedgerRow } from "./model.ts";

/** The columns of the table that the document's own migrator made. */
const documentColumns = "id,name,sql_content,applied_at";

export interface Session {
  readonly database: string;
  readonly user: string;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
}

/** What the database says before anything is planned. */
export interface History {
  readonly session: Session;
  /** False when the table is not there yet. */
  readonly exists: boolean;
  readonly rows: readonly LedgerRow[];
}

export function historyTable({ schema, table }: HistoryNames): QuotedSql {
  return quoteQualified(schema, table);
}

export function logTable({ schema, table }: HistoryNames): QuotedSql {
  return quoteQualified(schema, `${table}_log`);
}

/** Reads the session's facts and the history in one round trip. */
export async function readHistory(db: Db, names: HistoryNames): Promise<History> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-ledger.sql"), {
    history: historyTable(names),
  });
  const [session, ledger] = await Promise.allSettled([
    db.query<Session>(loadSql(import.meta.url, "./sql/session.sql")),
    db.query<LedgerRow>(sql),
  ]);
  if (session.status === "rejected") throw readFailure(session.reason, "reading the session");
  const [facts] = session.value;
  if (facts === undefined) throw new Error("the session has no facts");
  if (ledger.status === "fulfilled") return { session: facts, exists: true, rows: ledger.value };
  const sqlstate = sqlstateOf(ledger.reason);
  if (sqlstate === "42P01" || sqlstate === "3F000") return { session: facts, exists: false, rows: [] };
  if (sqlstate === "42703") throw await explainForeignTable(db, names);
  throw readFailure(ledger.reason, `reading the history table ${historyTable(names)}`);
}

/** A read that failed has changed nothing. */
function readFailure(error: unknown, doing: string): VezaError {
  return queryFailure(error, doing).with({ state: "Nothing was changed." });
}

/** The history with what people want to know, in order of application; empty when there is no table. */
export async function readHistoryRows(db: Db, names: HistoryNames): Promise<readonly HistoryRow[]> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-history.sql"), {
    history: historyTable(names),
  });
  try {
    return await db.query<HistoryRow>(sql);
  } catch (error) {
    throw readFailure(error, `reading the history table ${historyTable(names)}`);
  }
}

export interface StoredText {
  readonly id: string;
  readonly name: string;
  readonly sqlContent: string;
  readonly downSql: string | null;
}

/** The texts stored under some ids. */
export async function readStoredTexts(
  db: Db,
  names: HistoryNames,
  ids: readonly string[],
): Promise<readonly StoredText[]> {
  if (ids.length === 0) return [];
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-content.sql"), {
    history: historyTable(names),
  });
  try {
    return await db.query<StoredText>(sql, [JSON.stringify(ids)]);
  } catch (error) {
    throw readFailure(error, `reading the history table ${historyTable(names)}`);
  }
}

/** A table of that name is there, but not ours: says whose it seems to be. */
async function explainForeignTable(db: Db, names: HistoryNames): Promise<VezaError> {
  const table = historyTable(names);
  const columns = await db.query(loadSql(import.meta.url, "./sql/read-columns.sql"), [
    names.schema,
    names.table,
  ]);
  const found = columns.map(({ name }) => String(name));
  const common = { ending: "refused", state: "Nothing was changed.", facts: { columns: found } } as const;
  if (found.join(",") !== documentColumns) {
    return new VezaError({
      ...common,
      code: "migrate.foreign-table",
      message: `The table ${table} is there already, but it is not veza-db's: another tool keeps its history in it.`,
      detail: `Its columns are ${found.join(", ")}.`,
      hint: `Set migrations.table in veza-db.config.json (or VEZA_DB_MIGRATIONS_TABLE) to another name.`,
    });
  }
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-foreign-ids.sql"), { history: table });
  const rows = await db.query(sql);
  const bad = rows.filter(({ id }) => !isMigrationId(String(id)));
  const first = bad[0];
  return new VezaError({
    ...common,
    code: "migrate.document-migrator",
    message: `The table ${table} was written by the migrator of the Veza document, which records every file under its year.`,
    detail: [
      first === undefined
        ? `It holds ${rows.length} rows in the document's four columns, without checksums.`
        : `It holds ${rows.length === 1 ? "one row" : `${rows.length} rows`}: id "${String(first["id"])}", name "${String(first["name"])}".`,
      "That migrator takes the text before the first dash for the id, so all files of a year share one: the first file",
      "was applied, and every later one was skipped without a word. What the database really holds must be looked at.",
    ].join("\n"),
    hint: [
      `Compare the database with the files; then rename the old table out of the way:`,
      `ALTER TABLE ${table} RENAME TO migrations_of_the_document;`,
    ].join(" "),
  });
}
