import type { Db } from "../postgres/connect.ts";
import type { BoundValue } from "./bind.ts";
import { explainQueryFailure } from "./failure.ts";
import type { Query } from "./model.ts";
import { forgetPrepared, prepareQuery, preparePrefix } from "./prepared.ts";
import type { PlanMode } from "./prepared.ts";
import { inTransaction } from "./transaction.ts";

export interface BenchWishes {
  readonly runs: number;
  readonly mode: PlanMode;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
  /** Told after each run. */
  readonly onRun: (done: number) => void;
}

export interface Measured {
  readonly runs: number;
  readonly rows: number;
  /** From sending to the last row, prepared. */
  readonly minMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** What planning takes where a statement is not prepared. */
  readonly planningMs: number;
  /** The server's own time, with the cost of measuring each node. */
  readonly executionMs: number;
  /** Pages of 8 kB, of one run. */
  readonly buffersHit: number;
  readonly buffersRead: number;
  readonly tempBuffers: number;
}

const planPrefix = "EXPLAIN (BUFFERS, SUMMARY, FORMAT JSON) ";

/** Runs that are not counted: caches fill, and a prepared statement settles on its plan after five. */
const warmUps = 6;

/** Runs a query again and again in one read-only transaction. */
export async function benchQuery(
  db: Db,
  query: Query,
  values: readonly BoundValue[],
  wishes: BenchWishes,
): Promise<Measured> {
  const { runs, mode, timeoutMs, signal } = wishes;
  let prefixLength = planPrefix.length;
  try {
    return await inTransaction(db, { access: "read", timeoutMs, signal }, async () => {
      // Here the values are bound, so that a wrong one is named; below they are texts of a statement.
      const plan = (): Promise<Analyzed> => analyze(db, `${planPrefix}${query.statement.sql}`, values);
      await plan();
      prefixLength = preparePrefix.length;
      const execute = await prepareQuery(db, query, values, mode);
      const times: number[] = [];
      let rows = 0;
      for (let run = -warmUps; run < runs; run++) {
        const startedAt = performance.now();
        ({ length: rows } = (await db.queryText(execute())).rows);
        if (run >= 0) times.push(performance.now() - startedAt);
        wishes.onRun(Math.max(0, run + 1));
      }
      const ran = await analyze(db, execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "), []);
      const { planningMs } = await plan();
      return { runs, rows, ...summarise(times), ...ran, planningMs };
    });
  } catch (error) {
    throw explainQueryFailure(error, query, {
      timeoutMs,
      state: "Rolled back; nothing was changed.",
      prefixLength,
      command: "bench",
    });
  } finally {
    await forgetPrepared(db);
  }
}

/** Order statistics; the nearest rank, so that each is a time that was measured. */
export function summarise(
  times: readonly number[],
): Pick<Measured, "minMs" | "medianMs" | "p95Ms" | "maxMs"> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    roundMs(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { minMs: at(0), medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

type Analyzed = Pick<Measured, "planningMs" | "executionMs" | "buffersHit" | "buffersRead" | "tempBuffers">;

async function analyze(db: Db, sql: string, values: readonly BoundValue[]): Promise<Analyzed> {
  const { rows } = await db.queryText(sql, values);
  const [document]: readonly unknown[] = JSON.parse(rows[0]?.[0] ?? "[]");
  const plan = field(document, "Plan");
  const number = (of: unknown, name: string): number => Number(field(of, name) ?? 0);
  return {
    planningMs: roundMs(number(document, "Planning Time")),
    executionMs: roundMs(number(document, "Execution Time")),
    buffersHit: number(plan, "Shared Hit Blocks") + number(plan, "Local Hit Blocks"),
    buffersRead: number(plan, "Shared Read Blocks") + number(plan, "Local Read Blocks"),
    tempBuffers: number(plan, "Temp Read Blocks") + number(plan, "Temp Written Blocks"),
  };
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
