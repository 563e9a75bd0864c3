import type { Db } from "../postgres/connect.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import type { QuotedSql } from "../sql/quote.ts";
import { encodeRow } from "./encode.ts";
import type { Table } from "./table.ts";

export interface LoadedTable {
  readonly table: string;
  readonly rows: number;
  readonly durationMs: number;
}

/** What a run tells while it works. */
export type SeedEvent =
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "working"; readonly text: string }
  | { readonly kind: "progress"; readonly table: string; readonly rows: number; readonly of: number }
  | { readonly kind: "finished"; readonly done: LoadedTable };

export interface LoadOptions {
  readonly table: Table;
  readonly quoted: QuotedSql;
  /** Columns that triggers keep are written too. */
  readonly hasKept: boolean;
  readonly signal: AbortSignal;
  readonly tell: (event: SeedEvent) => void;
}

/** Rows of one COPY. The server checks foreign keys at its end, and keeps a note of each row until then. */
const rowsAtOnce = 250_000;
/** What is sent in one piece. */
const pieceBytes = 131_072;

/** Fills one table, by as many COPYs as it takes. */
export async function loadTable(
  db: Db,
  { table, quoted, hasKept, signal, tell }: LoadOptions,
): Promise<LoadedTable> {
  const startedAt = performance.now();
  const names = table.columnNames.filter((name) => hasKept || table.file.columns[name]?.isKept !== true);
  const text = `COPY ${quoted} (${names.map(quoteIdentifier).join(", ")}) FROM STDIN`;
  let rows = 0;
  for (let place = 0; place < table.rows; place += rowsAtOnce) {
    if (signal.aborted) throw new Error("interrupted");
    const end = Math.min(table.rows, place + rowsAtOnce);
    const onProgress = (sent: number): void =>
      tell({ kind: "progress", table: table.name, rows: sent, of: table.rows });
    rows += await db.copyFrom(text, rowTexts(table, names, place, end, onProgress));
  }
  const done: LoadedTable = { table: table.name, rows, durationMs: performance.now() - startedAt };
  tell({ kind: "finished", done });
  return done;
}

/**
 * The text of some rows, in pieces. Two buffers take turns: a piece stays as it is until the one after the next is asked
 * for, when the server has it.
 */
export function* rowTexts(
  table: Table,
  names: readonly string[],
  from: number,
  to: number,
  onProgress: (rows: number) => void = () => {},
): Generator<Uint8Array> {
  const columns = names.map((name) => {
    const column = table.column(name);
    if (column === undefined) throw new Error(`${table.name} has no column ${name}`);
    return column;
  });
  const isPairs = table.pairs !== undefined;
  let buffer = Buffer.allocUnsafeSlow(pieceBytes);
  let other = Buffer.allocUnsafeSlow(pieceBytes);
  let end = 0;
  for (let place = from; place < to; place++) {
    const row = table.rowAt(place);
    if (isPairs && !table.hasRow(row)) continue;
    const line = encodeRow(columns, row);
    if (end + line.length * 3 > buffer.length) {
      // A character is at most three bytes for each of its units.
      if (end > 0) yield buffer.subarray(0, end);
      onProgress(place);
      [buffer, other] = [other, buffer];
      end = 0;
      if (line.length * 3 > buffer.length) buffer = Buffer.allocUnsafeSlow(line.length * 3);
    }
    end += buffer.write(line, end);
  }
  if (end > 0) yield buffer.subarray(0, end);
  onProgress(to);
}
