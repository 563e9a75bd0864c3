import type { Row } from "../../postgres/connect.ts";
import { numberOf, sumOf } from "../numbers.ts";
import type { Counters, Statement } from "./model.ts";

/** An entry from a row of whatever columns this version of the extension has. */
export function normaliseStatement(row: Row, blockBytes: number): Statement {
  const read = (...names: readonly string[]): number | undefined =>
    sumOf(...names.map((name) => numberOf(row[name])));
  const either = (now: string, before: string): number | undefined => read(now) ?? read(before);
  const tempBlocks = read("temp_blks_read", "temp_blks_written");
  const counters: Record<keyof Counters, number | undefined> = {
    calls: read("calls"),
    totalMs: either("total_exec_time", "total_time"),
    rows: read("rows"),
    sharedHit: read("shared_blks_hit"),
    sharedRead: read("shared_blks_read"),
    sharedDirtied: read("shared_blks_dirtied"),
    sharedWritten: read("shared_blks_written"),
    ioBlocks: read(...ioBlockColumns),
    ioMs: read(...ioTimeColumns),
    tempBytes: tempBlocks === undefined ? undefined : tempBlocks * blockBytes,
    walBytes: read("wal_bytes"),
    walRecords: read("wal_records"),
    plans: read("plans"),
    planMs: read("total_plan_time"),
    jitMs: read(...jitColumns),
  };
  return {
    userId: String(row["userid"]),
    databaseId: String(row["dbid"]),
    queryid: String(row["queryid"]),
    toplevel: row["toplevel"] !== false,
    user: nameOf(row["userName"], row["userid"]),
    database: nameOf(row["databaseName"], row["dbid"]),
    since: row["stats_since"] instanceof Date ? row["stats_since"].toISOString() : undefined,
    counters: Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== undefined)),
    meanMs: either("mean_exec_time", "mean_time"),
    stddevMs: either("stddev_exec_time", "stddev_time"),
    maxMs: either("max_exec_time", "max_time"),
  };
}

/** Blocks that did not come from the buffers, or went out of them. */
export const ioBlockColumns = [
  "shared_blks_read",
  "shared_blks_written",
  "local_blks_read",
  "local_blks_written",
  "temp_blks_read",
  "temp_blks_written",
];
/** `blk_*` before 17, `shared_blk_*` and `local_blk_*` since; `temp_blk_*` since 15. */
export const ioTimeColumns = [
  "blk_read_time",
  "blk_write_time",
  "shared_blk_read_time",
  "shared_blk_write_time",
  "local_blk_read_time",
  "local_blk_write_time",
  "temp_blk_read_time",
  "temp_blk_write_time",
];
export const jitColumns = [
  "jit_generation_time",
  "jit_inlining_time",
  "jit_optimization_time",
  "jit_emission_time",
  "jit_deform_time",
];

function nameOf(name: unknown, oid: unknown): string {
  return typeof name === "string" ? name : `(dropped, oid ${String(oid)})`;
}
