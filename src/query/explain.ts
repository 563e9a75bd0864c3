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
  let prefixLength = (isGeneric ? plainPrefix : prefix).length;
  try {
    return await inTransaction(db, transaction, async () => {
      // A statement prepared in SQL gets its values as texts of it; here they are bound, so that a wrong one is named.
      if (isGeneric) await db.queryText(`${plainPrefix}${query.statement.sql}`, values);
      prefixLength = (isGeneric ? preparePrefix : prefix).length;
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
      prefixLength,
    });
  } finally {
    if (isGeneric) await forgetPrepared(db);
  }
}

const plainPrefix = "EXPLAIN ";

function firstOf(document: unknown): unknown {
  return Array.isArray(document) ? document[0] : document;
}
