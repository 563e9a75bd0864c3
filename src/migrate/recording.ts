import { toolVersion } from "../kernel/version.ts";
import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { copyNull, copyText } from "../sql/copy-text.ts";
import { fillLiterals } from "../sql/literals.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import type { FlightFailure } from "./flight.ts";
import { historyTable } from "./history.ts";
import type { HistoryNames, Step } from "./model.ts";
import { deleteSql, logSql, recordSql } from "./record.ts";

/** What a run changes in the history, in the migration's own transaction. */
export interface Recording {
  /** The row of a migration whose text is too long for a statement: as one it would stand in memory many times over. */
  readonly rows?: { readonly text: string; readonly pieces: Iterable<Uint8Array> };
  /** What is sent ahead of COMMIT, and after the rows. */
  readonly sql: string;
}

/** Characters of a text that travels in pieces; shorter ones go with the rest, without a round trip of their own. */
const longText = 1_000_000;
const pieceLength = 65_536;

/** Records that a migration is applied, and logs it. */
export function recordApplied(names: HistoryNames, step: Step, statements: number): Recording {
  const { id } = step.file;
  const logged = logSql(names, step.file, "apply");
  // A row that an earlier run began without a transaction, and with nothing done, makes room.
  const begun = step.isBegun ? `${deleteSql(names, id)}; ` : "";
  if (step.text.length + (step.downText?.length ?? 0) < longText) {
    return { sql: `${begun}${recordSql(names, step, "applied", statements, statements)}; ${logged}` };
  }
  const history = historyTable(names);
  const finish = fillIdentifiers(loadSql(import.meta.url, "./sql/finish-history.sql"), { history });
  return {
    rows: {
      text: `${begun}COPY ${history} (${columns.join(", ")}) FROM STDIN`,
      pieces: historyLine(step, statements),
    },
    sql: `${fillLiterals(finish, { id })}; ${logged}`,
  };
}

const columns = [
  "id",
  "name",
  "checksum",
  "statements_done",
  "statements_total",
  "duration_ms",
  "tool_version",
  "sql_content",
  "down_sql",
];

/** The row of the history as one line of COPY's text format; its duration is filled in afterwards. */
function* historyLine({ file, text, downText }: Step, statements: number): Iterable<Uint8Array> {
  const short = [file.id, file.name, file.checksum, statements, statements, 0, toolVersion()];
  yield Buffer.from(`${short.map((value) => copyText(String(value))).join("\t")}\t`);
  yield* textPieces(text);
  yield Buffer.from("\t");
  if (downText === undefined) yield Buffer.from(copyNull);
  else yield* textPieces(downText);
  yield Buffer.from("\n");
}

function* textPieces(text: string): Iterable<Uint8Array> {
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + pieceLength, text.length);
    // A character of two UTF-16 units stays in one piece.
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    yield Buffer.from(copyText(text.slice(from, to)));
    from = to;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** Sends the rows of a recording; gives the failure, if there was one. Nothing else may be under way. */
export async function sendRows(
  db: Db,
  { text, pieces }: NonNullable<Recording["rows"]>,
  signal: AbortSignal,
): Promise<FlightFailure | undefined> {
  try {
    await cancellable(db, signal, () => db.copyFrom(text, pieces));
    return undefined;
  } catch (error) {
    return { error, failed: undefined };
  }
}
