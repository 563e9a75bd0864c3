import { compareSnapshots } from "../stats/snapshot/compare.ts";
import type { Snapshot } from "../stats/snapshot/model.ts";
import { rolledUp } from "./rolled-up.ts";

/** What stood at one moment. */
export interface Point {
  readonly at: string;
  /** Bytes of the largest tables by `schema.table`, a partitioned one with its partitions. */
  readonly tables: ReadonlyMap<string, number>;
  readonly tableBytes: number;
  /** Null in snapshots of older versions. */
  readonly indexBytes: number | null;
  readonly gauges: Readonly<Record<string, number>>;
}

/** What happened between two moments. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly windowMs: number;
  readonly events: readonly string[];
  readonly calls: number | null;
  readonly totalMs: number | null;
  readonly queries: ReadonlyMap<string, { readonly calls: number; readonly totalMs: number }>;
  /** By `section.counter`; null where it was reset in between. What is not there did not grow. */
  readonly counters: ReadonlyMap<string, number | null>;
}

/** Tables of a point and queries of a step that are remembered. */
const mostKept = 40;

export function pointOf(snapshot: Snapshot): Point {
  const largest = rolledUp(snapshot.tables)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, mostKept);
  const knowsIndexes = snapshot.tables.every(({ indexBytes }) => indexBytes !== undefined);
  const all = snapshot.tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const indexBytes = knowsIndexes
    ? snapshot.tables.reduce((sum, table) => sum + (table.indexBytes ?? 0), 0)
    : null;
  return {
    at: snapshot.takenAt,
    tables: new Map(largest.map(({ schema, table, bytes }) => [`${schema}.${table}`, bytes])),
    tableBytes: all - (indexBytes ?? 0),
    indexBytes,
    gauges: snapshot.gauges ?? {},
  };
}

export function stepBetween(before: Snapshot, after: Snapshot): Step {
  // Of tables a step says nothing: they are not compared, of which there may be many.
  const diff = compareSnapshots({ ...before, tables: [] }, { ...after, tables: [] });
  const { statements } = diff;
  const queries = new Map<string, { calls: number; totalMs: number }>();
  for (const { queryid, calls, totalMs } of statements.slice(0, mostKept)) {
    const known = queries.get(queryid) ?? { calls: 0, totalMs: 0 };
    queries.set(queryid, { calls: known.calls + calls, totalMs: known.totalMs + totalMs });
  }
  const isKnown =
    statements.length > 0 || !diff.events.some((event) => event.startsWith("Statements are missing"));
  return {
    from: diff.from,
    to: diff.to,
    windowMs: diff.windowMs,
    events: diff.events.filter((event) => !event.startsWith("Statements are missing")),
    calls: isKnown ? statements.reduce((sum, { calls }) => sum + calls, 0) : null,
    totalMs: isKnown ? statements.reduce((sum, { totalMs }) => sum + totalMs, 0) : null,
    queries,
    counters: new Map(
      diff.counters.map(({ section, counter, grown, isReset }) => [
        `${section}.${counter}`,
        isReset ? null : grown,
      ]),
    ),
  };
}
