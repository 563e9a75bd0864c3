import type { Db } from "../postgres/connect.ts";
import type { BoundValue } from "./bind.ts";
import { explainQueryFailure } from "./failure.ts";
import type { Query } from "./model.ts";
import { forgetPrepared, prepareQuery, preparePrefix } from "./prepared.ts";
import type { PlanMode } from "./prepared.ts";
import { inTransaction } from "./transaction.ts";

export interface ExplainWishes {
  /** Runs the query, and says what it really took. What it writes is taken back. */
  readonly isAnalyzed: boolean;
  readonly mode: PlanMode;
  readonly format: "text" | "json";
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

/** The plan of a query: lines of text, or the document that PostgreSQL makes of it. */
export async function explainQuery(
  db: Db,
  query: Query,
  values: readonly BoundValue[],
  wishes: ExplainWishes,
): Promise<unknown> {
  const options = [
    ...(wishes.isAnalyzed ? ["ANALYZE", "BUFFERS"] : []),
    "SETTINGS",
    `FORMAT ${wishes.format.toUpperCase()}`,
  ];
  const prefix = `EXPLAIN (${options.join(", ")}) `;
  const isGeneric = wishes.mode === "generic";
  const transaction = {
    access: wishes.isAnalyzed ? "try" : "read",
    timeoutMs: wishes.timeoutMs,
    signal: wishes.signal,
  } as const;
  try {
    return await inTransaction(db, transaction, async () => {
      const text = isGeneric
        ? (await prepareQuery(db, query, values, "generic"))(prefix)
        : `${prefix}${query.statement.sql}`;
      const { rows } = await db.queryText(text, isGeneric ? [] : values);
      const lines = rows.map(([line]) => line ?? "").join("\n");
      return wishes.format === "text" ? lines : firstOf(JSON.parse(lines));
    });
  } catch (error) {
    throw explainQueryFailure(error, query, {
      timeoutMs: wishes.timeoutMs,
      state: "Rolled back; nothing was changed.",
      prefixLength: (isGeneric ? preparePrefix : prefix).length,
    });
  } finally {
    if (isGeneric) await forgetPrepared(db);
  }
}

function firstOf(document: unknown): unknown {
  return Array.isArray(document) ? document[0] : document;
}
