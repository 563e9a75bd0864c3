import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";

export interface TransactionOptions {
  /** `read` lets nothing be written, `try` takes back what was, `write` commits it. */
  readonly access: "read" | "try" | "write";
  /** statement_timeout; undefined leaves the server's own. */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

/** Settings that make what a query gives the same wherever it runs. They end with the transaction. */
const steady =
  "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL bytea_output = 'hex'";

/** Runs `work` in a transaction of its own, which is rolled back unless it is to write and went well. */
export async function inTransaction<T>(
  db: Db,
  options: TransactionOptions,
  work: () => Promise<T>,
): Promise<T> {
  const timeout =
    options.timeoutMs === undefined ? "" : `; SET LOCAL statement_timeout = ${Math.ceil(options.timeoutMs)}`;
  await db.send(`BEGIN READ ${options.access === "read" ? "ONLY" : "WRITE"}; ${steady}${timeout}`);
  let result: T;
  try {
    result = await cancellable(db, options.signal, work);
  } catch (error) {
    if (db.isAlive) await db.send("ROLLBACK").catch(() => {});
    throw error;
  }
  await db.send(options.access === "write" ? "COMMIT" : "ROLLBACK");
  return result;
}
