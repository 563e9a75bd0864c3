/** Plots over time, from what stood at snapshots and what happened between them. Pure. */
import { ratioOf } from "../stats/numbers.ts";
import type { Snapshot } from "../stats/snapshot/model.ts";
import { runwayPrefix } from "./gauges.ts";
import type { History, Series, SeriesSet } from "./model.ts";
import type { Past } from "./read-past.ts";
import { pointOf, stepBetween } from "./steps.ts";
import type { Point, Step } from "./steps.ts";

/** Lines that a plot bears before it is a tangle. */
const mostLines = 5;
/** Steps shorter than this say more of chance than of load. */
const leastStepMs = 1000;

/** The past, with the present moment as its last point; `top`: the ids of the queries that have lines of their own. */
export function historyOf(past: Past, now: Snapshot | undefined, top: readonly string[]): History {
  const { last } = past;
  const isLater =
    now !== undefined &&
    (last === undefined || Date.parse(now.takenAt) - Date.parse(last.takenAt) >= leastStepMs);
  const points = isLater ? [...past.points, pointOf(now)] : past.points;
  const steps = isLater && last !== undefined ? [...past.steps, stepBetween(last, now)] : past.steps;
  return plots(points, steps, top);
}

export function plots(points: readonly Point[], steps: readonly Step[], top: readonly string[]): History {
  return {
    ...ofStatements(steps, top.slice(0, mostLines)),
    sessions: gaugesOf(points, {
      used: "sessions.used",
      "idle in transaction": "sessions.idleInTransaction",
      limit: "sessions.usable",
    }),
    waits: waitsOf(points),
    wal: stepSet(steps, [["WAL", null, (step) => perSecond(step, counter(step, "wal.wal_bytes"))]]),
    checkpoints: stepSet(steps, [
      ["timed", null, (step) => counter(step, "checkpoints.timed")],
      ["requested", null, (step) => counter(step, "checkpoints.requested")],
    ]),
    hits: stepSet(steps, [["hits", null, hitsOf]]),
    tables: tablesOf(points),
    sizes: pointSet(points, [
      ["tables", (point) => (point.indexBytes === null ? null : point.tableBytes)],
      ["indexes", ({ indexBytes }) => indexBytes],
    ]),
    runways: runwaysOf(points),
    backupAges: gaugesOf(points, { newest: "backups.madeDaysAgo", proven: "backups.provenDaysAgo" }),
    redisMemory: gaugesOf(points, { used: "redis.usedBytes", limit: "redis.maxBytes" }),
    redisHits: redisHitsOf(points),
    events: steps.flatMap(({ to, events }) => events.map((what) => ({ at: to, what }))),
  };
}

/** The lines are those of the queries that the page ranks first. */
function ofStatements(steps: readonly Step[], top: readonly string[]): Pick<History, "calls" | "means"> {
  return {
    calls: stepSet(steps, [
      ["all", null, (step) => perSecond(step, step.calls)],
      ...top.map((queryid): Line => [queryid, queryid, (step) => perSecond(step, callsOf(step, queryid))]),
    ]),
    means: stepSet(steps, [
      ["all", null, ({ calls, totalMs }) => ratio(totalMs, calls)],
      ...top.map((queryid): Line => [
        queryid,
        queryid,
        ({ queries }) => ratio(queries.get(queryid)?.totalMs ?? null, queries.get(queryid)?.calls ?? null),
      ]),
    ]),
  };
}

function callsOf({ queries, calls }: Step, queryid: string): number | null {
  return calls === null ? null : (queries.get(queryid)?.calls ?? 0);
}

type Line = readonly [name: string, queryid: string | null, value: (step: Step) => number | null];

function stepSet(steps: readonly Step[], lines: readonly Line[]): SeriesSet {
  const series = lines.map(([name, queryid, value]): Series => ({
    name,
    queryid,
    values: steps.map((step) => tidy(value(step))),
  }));
  return onlyKnown({ times: steps.map(({ to }) => to), series });
}

function pointSet(
  points: readonly Point[],
  lines: readonly (readonly [name: string, value: (point: Point) => number | null])[],
): SeriesSet {
  const series = lines.map(([name, value]): Series => ({
    name,
    queryid: null,
    values: points.map((point) => tidy(value(point))),
  }));
  return onlyKnown({ times: points.map(({ at }) => at), series });
}

/** Lines without a single value are none; nor is a plot of one moment. */
function onlyKnown({ times, series }: SeriesSet): SeriesSet {
  const known = series.filter(({ values }) => values.filter((value) => value !== null).length > 1);
  return known.length === 0 || times.length < 2 ? { times: [], series: [] } : { times, series: known };
}

function gaugesOf(points: readonly Point[], names: Readonly<Record<string, string>>): SeriesSet {
  return pointSet(
    points,
    Object.entries(names).map(
      ([name, gauge]) =>
        [
          name,
          ({ gauges }) => {
            const value = gauges[gauge];
            // A limit of 0 is none; a state that nobody was in is not written down.
            if (name === "limit" && value === 0) return null;
            return value ?? (gauge.startsWith("sessions.") && "sessions.used" in gauges ? 0 : null);
          },
        ] as const,
    ),
  );
}

function waitsOf(points: readonly Point[]): SeriesSet {
  const kinds = new Set(
    points.flatMap(({ gauges }) => Object.keys(gauges).filter((name) => name.startsWith("waiting."))),
  );
  return pointSet(
    points,
    [...kinds]
      .toSorted()
      .map(
        (kind) =>
          [
            kind.slice("waiting.".length),
            ({ gauges }) => ("sessions.used" in gauges ? (gauges[kind] ?? 0) : null),
          ] as const,
      ),
  );
}

/** Those that run out first. */
function runwaysOf(points: readonly Point[]): SeriesSet {
  const last = points.at(-1)?.gauges ?? {};
  const shortest = Object.keys(last)
    .filter((name) => name.startsWith(runwayPrefix))
    .toSorted((a, b) => (last[a] ?? 0) - (last[b] ?? 0))
    .slice(0, mostLines);
  return gaugesOf(
    points,
    Object.fromEntries(shortest.map((name) => [name.slice(runwayPrefix.length), name])),
  );
}

function tablesOf(points: readonly Point[]): SeriesSet {
  const first = new Map<string, number>();
  for (const { tables } of points)
    for (const [name, bytes] of tables) if (!first.has(name)) first.set(name, bytes);
  const last = points.at(-1)?.tables ?? new Map<string, number>();
  const growth = (name: string, bytes: number): number => bytes - (first.get(name) ?? bytes);
  const sorted = [...last].toSorted(
    ([a, now], [b, later]) => growth(b, later) - growth(a, now) || later - now,
  );
  const grown = sorted.filter(([name, bytes]) => growth(name, bytes) > 0);
  return pointSet(
    points,
    (grown.length > 0 ? grown : sorted)
      .slice(0, mostLines)
      .map(([name]) => [name, ({ tables }) => tables.get(name) ?? null] as const),
  );
}

function redisHitsOf(points: readonly Point[]): SeriesSet {
  const pairs = points.slice(1).map((point, index) => [points[index]?.gauges ?? {}, point] as const);
  const values = pairs.map(([before, { gauges }]) => {
    const grown = (name: string): number | null => {
      const [was, is] = [before[name], gauges[name]];
      return was === undefined || is === undefined || is < was ? null : is - was;
    };
    const [hits, misses] = [grown("redis.hits"), grown("redis.misses")];
    return hits === null || misses === null ? null : ratio(hits, hits + misses);
  });
  return onlyKnown({
    times: pairs.map(([, { at }]) => at),
    series: [{ name: "hits", queryid: null, values: values.map(tidy) }],
  });
}

function hitsOf(step: Step): number | null {
  const [hits, reads] = [counter(step, "database.blks_hit"), counter(step, "database.blks_read")];
  return hits === null || reads === null ? null : ratio(hits, hits + reads);
}

/** What does not stand among the counters did not grow. */
function counter({ counters }: Step, name: string): number | null {
  const value = counters.get(name);
  return value === undefined ? 0 : value;
}

function perSecond({ windowMs }: Step, value: number | null): number | null {
  return value === null || windowMs < leastStepMs ? null : (value * 1000) / windowMs;
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? null : ratioOf(part, whole);
}

/** Six digits: a plot shows no more. */
function tidy(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}
