import type { Db, TextResult } from "../postgres/connect.ts";
import type { BoundValue } from "./bind.ts";
import { explainQueryFailure } from "./failure.ts";
import type { Query } from "./model.ts";
import { inTransaction } from "./transaction.ts";
import type { TransactionOptions } from "./transaction.ts";

export interface Ran extends TextResult {
  /** From sending the statement to its last row. */
  readonly durationMs: number;
}

/** Runs a query once. */
export async function runQuery(
  db: Db,
  query: Query,
  values: readonly BoundValue[],
  options: TransactionOptions,
): Promise<Ran> {
  try {
    return await inTransaction(db, options, async () => {
      const startedAt = performance.now();
      const result = await db.queryText(query.statement.sql, values);
      return { ...result, durationMs: performance.now() - startedAt };
    });
  } catch (error) {
    throw explainQueryFailure(error, query, {
      timeoutMs: options.timeoutMs,
      state: "Rolled back; nothing was changed.",
    });
  }
}
