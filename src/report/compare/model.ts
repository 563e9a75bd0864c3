import type { Status } from "../../stats/check/model.ts";
import type { Snapshot } from "../../stats/snapshot/model.ts";
import type { Verdict } from "../model.ts";

/** A period as it was asked for, between two snapshots. */
export interface Period {
  readonly name: string;
  readonly from: Snapshot;
  readonly to: Snapshot;
}

/** One of the two periods, between two snapshots. */
export interface ComparedPeriod {
  /** As it was asked for. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly windowMs: number;
  readonly version: string;
  /** Of its first and its last snapshot: one, unless somebody mixed them up. */
  readonly databases: readonly string[];
  /** Restarts, resets and evictions within it. */
  readonly events: readonly string[];
}

export interface QueryFigures {
  readonly calls: number;
  readonly callsPerSecond: number | null;
  readonly totalMs: number;
  readonly meanMs: number | null;
  readonly share: number | null;
  /** Counted anew within the period: a lower bound. */
  readonly isReset: boolean;
}

export interface ComparedQuery {
  readonly queryid: string;
  readonly user: string;
  readonly database: string;
  readonly toplevel: boolean;
  readonly query: string;
  /** Null where it did not run. */
  readonly before: QueryFigures | null;
  readonly after: QueryFigures | null;
  /** The later mean by the earlier one. */
  readonly meanRatio: number | null;
}

export interface ComparedTable {
  readonly schema: string;
  readonly table: string;
  /** At the end of each period; null where it was not there. */
  readonly bytesBefore: number | null;
  readonly bytesAfter: number | null;
  /** Bytes that it grew by a day. */
  readonly growthBefore: number | null;
  readonly growthAfter: number | null;
}

/** A figure of the whole server, in both periods. */
export interface ComparedFigure {
  readonly figure: string;
  readonly unit: "rate" | "bytesRate" | "bytes" | "ms" | "part" | "count";
  readonly before: number | null;
  readonly after: number | null;
  /** Counted anew within one of them. */
  readonly isReset: boolean;
}

export interface ComparisonData {
  readonly kind: "comparison";
  readonly tool: string;
  readonly generatedAt: string;
  readonly isRedacted: boolean;
  readonly database: string;
  readonly periods: readonly [ComparedPeriod, ComparedPeriod];
  readonly status: Status;
  readonly verdicts: readonly Verdict[];
  readonly figures: readonly ComparedFigure[];
  readonly queries: readonly ComparedQuery[];
  readonly tables: readonly ComparedTable[];
  readonly cut: readonly string[];
}

export type UnjudgedComparison = Omit<ComparisonData, "status" | "verdicts">;
