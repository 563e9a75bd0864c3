import { VezaError } from "../../kernel/error.ts";
import type { Facts, StatementsFacts } from "../model.ts";
import type { Counters } from "./model.ts";
import { ioBlockColumns, ioTimeColumns, jitColumns } from "./normalise.ts";

export const rankings = ["total", "mean", "calls", "max", "io", "temp", "wal", "plan", "jit"] as const;
export type Ranking = (typeof rankings)[number];

/** The columns whose sum ranks statements; as many as the extension has. Throws where it has none of them. */
export function rankColumns(by: Ranking, statements: StatementsFacts, facts: Facts): readonly string[] {
  const has = (name: string): boolean => statements.columns.includes(name);
  const wanted: Readonly<Record<Ranking, readonly string[]>> = {
    total: has("total_exec_time") ? ["total_exec_time"] : ["total_time"],
    mean: has("mean_exec_time") ? ["mean_exec_time"] : ["mean_time"],
    max: has("max_exec_time") ? ["max_exec_time"] : ["max_time"],
    calls: ["calls"],
    io: facts.tracksIoTiming ? ioTimeColumns : ioBlockColumns,
    temp: ["temp_blks_read", "temp_blks_written"],
    wal: ["wal_bytes"],
    plan: ["total_plan_time"],
    jit: jitColumns,
  };
  const found = wanted[by].filter(has);
  if (found.length > 0) return found;
  throw new VezaError({
    code: "stats.not-counted",
    ending: "environment",
    message: `pg_stat_statements ${statements.version} does not count what --by ${by} ranks by.`,
    detail: `None of these columns is there: ${wanted[by].join(", ")}.`,
    hint: "psql -c 'ALTER EXTENSION pg_stat_statements UPDATE'",
  });
}

/** What ranks an entry once its counters are a difference between two moments; what has no difference ranks by total. */
export function rankValue(by: Ranking, counters: Counters, facts: Pick<Facts, "tracksIoTiming">): number {
  const { calls = 0, totalMs = 0 } = counters;
  switch (by) {
    case "mean":
      return calls === 0 ? 0 : totalMs / calls;
    case "calls":
      return calls;
    case "io":
      return (facts.tracksIoTiming ? counters.ioMs : counters.ioBlocks) ?? 0;
    case "temp":
      return counters.tempBytes ?? 0;
    case "wal":
      return counters.walBytes ?? 0;
    case "plan":
      return counters.planMs ?? 0;
    case "jit":
      return counters.jitMs ?? 0;
    case "total":
    case "max":
      return totalMs;
  }
}
