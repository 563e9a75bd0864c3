/** Two periods side by side. Pure. */
import { dayMs } from "../../kernel/duration.ts";
import { toolVersion } from "../../kernel/version.ts";
import { ratioOf } from "../../stats/numbers.ts";
import { compareSnapshots } from "../../stats/snapshot/compare.ts";
import type { SnapshotDiff, StatementDiff } from "../../stats/snapshot/compare.ts";
import type { Snapshot } from "../../stats/snapshot/model.ts";
import { rolledUp } from "../rolled-up.ts";
import type {
  ComparedFigure,
  ComparedPeriod,
  ComparedQuery,
  ComparedTable,
  Period,
  QueryFigures,
  UnjudgedComparison,
} from "./model.ts";
import { redisFigures } from "./redis-figures.ts";

const mostRows = 50;
const mostCharacters = 500;
/** What both did, not judged yet. */
export function pairPeriods(first: Period, second: Period): UnjudgedComparison {
  const [before, after] = [first, second].map(({ from, to }) => compareSnapshots(from, to));
  if (before === undefined || after === undefined) throw new Error("two periods have two differences");
  const queries = pairQueries(before, after);
  return {
    kind: "comparison",
    tool: toolVersion(),
    generatedAt: new Date().toISOString(),
    isRedacted: false,
    database: second.to.database,
    periods: [periodOf(first, before), periodOf(second, after)],
    figures: [...pairFigures(before, after), ...redisFigures(first, second)],
    queries: queries.slice(0, mostRows),
    tables: pairTables(first, second, before.windowMs, after.windowMs).slice(0, mostRows),
    cut:
      queries.length > mostRows
        ? [`${queries.length - mostRows} statements that took less are not shown.`]
        : [],
  };
}

function periodOf({ name, from, to }: Period, diff: SnapshotDiff): ComparedPeriod {
  return {
    name,
    from: diff.from,
    to: diff.to,
    windowMs: diff.windowMs,
    version: to.server.version,
    databases: [...new Set([from.database, to.database])],
    events: diff.events,
  };
}

function pairQueries(before: SnapshotDiff, after: SnapshotDiff): readonly ComparedQuery[] {
  const keyOf = ({ queryid, user, database, toplevel }: StatementDiff): string =>
    JSON.stringify([queryid, user, database, toplevel]);
  const ran = (diff: SnapshotDiff): Map<string, StatementDiff> =>
    new Map(
      diff.statements.filter(({ calls }) => calls > 0).map((statement) => [keyOf(statement), statement]),
    );
  const [earlier, later] = [ran(before), ran(after)];
  return [...new Set([...later.keys(), ...earlier.keys()])]
    .flatMap((key): ComparedQuery[] => {
      const [was, is] = [earlier.get(key), later.get(key)];
      const either = is ?? was;
      if (either === undefined) return [];
      const { queryid, user, database, toplevel, query } = either;
      return [
        {
          queryid,
          user,
          database,
          toplevel,
          query: query.slice(0, mostCharacters),
          before: was === undefined ? null : figuresOf(was),
          after: is === undefined ? null : figuresOf(is),
          meanRatio:
            was?.meanMs == null || is?.meanMs == null || was.meanMs <= 0 ? null : is.meanMs / was.meanMs,
        },
      ];
    })
    .toSorted((a, b) => weight(b) - weight(a));
}

function figuresOf({ calls, callsPerSecond, totalMs, meanMs, share, mark }: StatementDiff): QueryFigures {
  return { calls, callsPerSecond, totalMs, meanMs, share, isReset: mark === "reset" };
}

/** Shares, since the periods may be of different lengths. */
function weight({ before, after }: ComparedQuery): number {
  return Math.max(before?.share ?? 0, after?.share ?? 0);
}

function pairTables(
  first: Period,
  second: Period,
  beforeMs: number,
  afterMs: number,
): readonly ComparedTable[] {
  const sizes = ({ tables }: Snapshot): Map<string, number> =>
    new Map(rolledUp(tables).map(({ schema, table, bytes }) => [JSON.stringify([schema, table]), bytes]));
  const [a, b, c, d] = [first.from, first.to, second.from, second.to].map(sizes);
  const growth = (from: number | undefined, to: number | undefined, windowMs: number): number | null =>
    from === undefined || to === undefined || windowMs <= 0 ? null : ((to - from) * dayMs) / windowMs;
  return rolledUp(second.to.tables)
    .map(({ schema, table }): ComparedTable => {
      const key = JSON.stringify([schema, table]);
      return {
        schema,
        table,
        bytesBefore: b?.get(key) ?? null,
        bytesAfter: d?.get(key) ?? null,
        growthBefore: growth(a?.get(key), b?.get(key), beforeMs),
        growthAfter: growth(c?.get(key), d?.get(key), afterMs),
      };
    })
    .toSorted((x, y) => changeOf(y) - changeOf(x) || (y.bytesAfter ?? 0) - (x.bytesAfter ?? 0));
}

function changeOf({ bytesBefore, bytesAfter }: ComparedTable): number {
  return Math.abs((bytesAfter ?? 0) - (bytesBefore ?? 0));
}

function pairFigures(before: SnapshotDiff, after: SnapshotDiff): readonly ComparedFigure[] {
  const both = (
    figure: string,
    unit: ComparedFigure["unit"],
    value: (diff: SnapshotDiff) => number | null,
    ...counters: readonly string[]
  ): ComparedFigure => ({
    figure,
    unit,
    before: value(before),
    after: value(after),
    isReset: [before, after].some((diff) =>
      diff.counters.some(
        ({ section, counter, isReset }) => isReset && counters.includes(`${section}.${counter}`),
      ),
    ),
  });
  const grown = ({ counters }: SnapshotDiff, name: string): number =>
    counters.find(({ section, counter }) => `${section}.${counter}` === name)?.grown ?? 0;
  const rate = (name: string) => (diff: SnapshotDiff) => ratioOf(grown(diff, name) * 1000, diff.windowMs);
  const sum = ({ statements }: SnapshotDiff, field: "calls" | "totalMs"): number =>
    statements.reduce((all, statement) => all + statement[field], 0);
  return [
    both("statements", "rate", (diff) => ratioOf(sum(diff, "calls") * 1000, diff.windowMs)),
    both("mean time of a statement", "ms", (diff) => ratioOf(sum(diff, "totalMs"), sum(diff, "calls"))),
    both("busy sessions, on average", "count", (diff) => ratioOf(sum(diff, "totalMs"), diff.windowMs)),
    both("transactions", "rate", rate("database.xact_commit"), "database.xact_commit"),
    both("rolled back", "rate", rate("database.xact_rollback"), "database.xact_rollback"),
    both(
      "blocks found in the buffers",
      "part",
      (diff) =>
        ratioOf(
          grown(diff, "database.blks_hit"),
          grown(diff, "database.blks_hit") + grown(diff, "database.blks_read"),
        ),
      "database.blks_hit",
    ),
    both("blocks read past them", "rate", rate("database.blks_read"), "database.blks_read"),
    both("rows inserted", "rate", rate("database.tup_inserted"), "database.tup_inserted"),
    both("rows updated", "rate", rate("database.tup_updated"), "database.tup_updated"),
    both("temporary files", "bytesRate", rate("database.temp_bytes"), "database.temp_bytes"),
    both("deadlocks", "count", (diff) => grown(diff, "database.deadlocks"), "database.deadlocks"),
    both("WAL", "bytesRate", rate("wal.wal_bytes"), "wal.wal_bytes"),
    both("checkpoints timed", "count", (diff) => grown(diff, "checkpoints.timed"), "checkpoints.timed"),
    both(
      "checkpoints requested",
      "count",
      (diff) => grown(diff, "checkpoints.requested"),
      "checkpoints.requested",
    ),
  ];
}
