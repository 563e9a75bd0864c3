import { ratioOf } from "../../stats/numbers.ts";
import type { ComparedFigure, Period } from "./model.ts";

/** What Redis did in each period, by what the snapshots keep of it; nothing where neither knows of one. Pure. */
export function redisFigures(first: Period, second: Period): readonly ComparedFigure[] {
  const both = (
    figure: string,
    unit: ComparedFigure["unit"],
    value: (period: Period) => number | null,
    isReset: (period: Period) => boolean = () => false,
  ): ComparedFigure => ({
    figure: `Redis: ${figure}`,
    unit,
    before: value(first),
    after: value(second),
    isReset: [first, second].some(isReset),
  });
  return [
    both("memory at the end", "bytes", ({ to }) => to.gauges?.["redis.usedBytes"] ?? null),
    both("keys that were there", "part", hitsOf, countsAnew),
    both("keys evicted", "rate", (period) => perSecond(period, "redis.evicted"), countsAnew),
    both("clients at the end", "count", ({ to }) => to.gauges?.["redis.clients"] ?? null),
  ].filter(({ before, after }) => before !== null || after !== null);
}

/** Null where it is not known, or where it was counted anew. */
function grown({ from, to }: Period, name: string): number | null {
  const [was, is] = [from.gauges?.[name], to.gauges?.[name]];
  return was === undefined || is === undefined || is < was ? null : is - was;
}

function countsAnew({ from, to }: Period): boolean {
  return ["redis.uptimeSeconds", "redis.hits", "redis.misses", "redis.evicted"].some(
    (name) => (to.gauges?.[name] ?? Number.POSITIVE_INFINITY) < (from.gauges?.[name] ?? 0),
  );
}

function hitsOf(period: Period): number | null {
  const [hits, misses] = [grown(period, "redis.hits"), grown(period, "redis.misses")];
  return hits === null || misses === null || countsAnew(period) ? null : ratioOf(hits, hits + misses);
}

function perSecond(period: Period, name: string): number | null {
  const value = grown(period, name);
  const windowMs = Date.parse(period.to.takenAt) - Date.parse(period.from.takenAt);
  return value === null || countsAnew(period) ? null : ratioOf(value * 1000, windowMs);
}
