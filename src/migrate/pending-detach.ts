import type { Db } from "../postgres/connect.ts";
import { Cursor } from "../sql/cursor.ts";
import { loadSql } from "../sql/load.ts";
import { quoteQualified } from "../sql/quote.ts";
import { symbol } from "../sql/scan.ts";

interface DetachState {
  readonly isThere: boolean;
  readonly isAttached: boolean;
  readonly isPending: boolean;
}

interface Detach extends DetachState {
  /** Quoted. */
  readonly partition: string;
}

/**
 * What to send for ALTER TABLE … DETACH PARTITION … CONCURRENTLY. It works in two transactions; stopped between them it
 * leaves a partition that only FINALIZE can detach. Undefined when an earlier run had detached it.
 */
export async function detachSql(
  db: Db,
  sql: string,
  mayHavePassed: boolean,
  note: (text: string) => void,
): Promise<string | undefined> {
  const detach = await readDetach(db, sql);
  if (detach?.isPending === true) {
    note(`The detaching of ${detach.partition} was begun and not finished; it is finished now.`);
    return sql.replace(/\bconcurrently\s*$/i, "FINALIZE");
  }
  if (!mayHavePassed || detach === undefined || detach.isAttached || !detach.isThere) return sql;
  note(`${detach.partition} is detached already: an earlier run was stopped before it could say so.`);
  return undefined;
}

/** What a DETACH … CONCURRENTLY that failed has left, in words. */
export async function describePendingDetach(db: Db, sql: string): Promise<string | undefined> {
  const detach = await readDetach(db, sql);
  if (detach?.isPending !== true) return undefined;
  return `${detach.partition} is left half detached; the next run finishes that.`;
}

/** Undefined when the statement is not written as we know it; the server then says what it thinks of it. */
async function readDetach(db: Db, sql: string): Promise<Detach | undefined> {
  const cursor = new Cursor(sql);
  cursor.take("alter", "table");
  cursor.take("if", "exists");
  cursor.take("only");
  const isParenthesised = cursor.takeSymbol(symbol.open);
  const table = cursor.name();
  if (isParenthesised) cursor.takeSymbol(symbol.close);
  cursor.takeSymbol(symbol.asterisk);
  const part = cursor.take("detach", "partition") ? cursor.name() : undefined;
  if (table === undefined || part === undefined) return undefined;
  const partition = quoteQualified(part.schema, part.name);
  const names = [quoteQualified(table.schema, table.name), partition];
  const [state] = await db.query<DetachState>(loadSql(import.meta.url, "./sql/detach-state.sql"), names);
  return state === undefined ? undefined : { ...state, partition };
}
