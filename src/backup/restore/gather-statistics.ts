/** Statistics for the planner, which no dump holds: ANALYZE, by several sessions at once, each taking the next table. */
import { cancellable } from "../../postgres/cancel.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import type { Target } from "../../postgres/target.ts";
import { quoteQualified } from "../../sql/quote.ts";
import { ask } from "../read-database.ts";
import type { Open } from "./admin.ts";

interface Table {
  readonly schema: string;
  readonly name: string;
}

/** Tables that the role may not analyze are passed over by the server with a warning, as under a plain ANALYZE. */
export async function gatherStatistics(
  target: Target,
  { open, jobs, signal }: { readonly open: Open; readonly jobs: number; readonly signal: AbortSignal },
): Promise<void> {
  await using first = await open(target);
  const tables = await ask<Table>(first, "analyzable");
  const left = tables.values();
  const others = Array.from({ length: Math.min(jobs, tables.length) - 1 }, async () => {
    await using db = await open(target);
    await analyzeAll(db, left, signal);
  });
  for (const ended of await Promise.allSettled([analyzeAll(first, left, signal), ...others]))
    if (ended.status === "rejected") throw ended.reason;
}

/** The same by one session that is there already. The server's own catalogs, which only a superuser may analyze, are left out. */
export async function gatherStatisticsBy(db: Db, signal: AbortSignal): Promise<void> {
  const tables = await ask<Table>(db, "analyzable");
  await analyzeAll(db, tables.values(), signal);
}

/** Takes from what all share until nothing is left. */
async function analyzeAll(db: Db, left: Iterator<Table>, signal: AbortSignal): Promise<void> {
  for (let next = left.next(); next.done !== true; next = left.next()) {
    const { schema, name } = next.value;
    try {
      await cancellable(db, signal, () => db.send(`ANALYZE ${quoteQualified(schema, name)}`));
    } catch (error) {
      signal.throwIfAborted();
      throw queryFailure(error, `gathering statistics of ${schema}.${name}`);
    }
  }
}
