import { dayMs } from "../kernel/duration.ts";
import { Random } from "./random.ts";
import type { Key } from "./random.ts";

/** Times that rise with the number of the row, in milliseconds since 1970 (UTC). */
export interface Clock {
  readonly from: number;
  readonly to: number;
  readonly at: (row: number) => number;
  /** Rows with a number below this are there at a time; a few more may be, in a large table. */
  readonly countAt: (time: number) => number;
}

export interface ClockWishes {
  readonly rows: number;
  /** The last row happens at this time. */
  readonly asOf: number;
  readonly months: number;
  /** How much busier the end of the history is than its beginning. */
  readonly growth: number;
  /** The share of rows that happen at the very time of the one before. */
  readonly ties: number;
  readonly key: Key;
}

/**
 * Spreads rows over a history that ends at as-of: more of them the later it is, few at night. The first row stands at the
 * beginning and the last one at the end, so that a history of the same length or a longer one is there for every other one.
 */
export function makeClock({ rows, asOf, months, growth, ties, key }: ClockWishes): Clock {
  const from = monthsBefore(asOf, months);
  const random = new Random();
  // The density of rows is a + bτ over the history's time τ from 0 to 1; the share that came before τ is aτ + bτ²/2.
  const a = 2 / (1 + growth);
  const b = (2 * (growth - 1)) / (1 + growth);
  const momentOf = (share: number): number => {
    const moment = b === 0 ? share : (Math.sqrt(a * a + 2 * b * share) - a) / b;
    return withRhythm(from + (asOf - from) * Math.min(moment, 1));
  };
  const at = (row: number): number => {
    if (row >= rows - 1) return asOf;
    if (row <= 0) return from;
    random.seek(key, row);
    const unit = random.unit();
    if (ties > 0 && random.unit() < ties) return at(row - 1);
    return momentOf((row + unit) / rows);
  };
  const marks = Math.min(rows, mostMarks);
  let times: Float64Array | undefined;
  const countAt = (time: number): number => {
    times ??= Float64Array.from({ length: marks }, (_, mark) => at(rowOfMark(mark, marks, rows)));
    let [low, high] = [0, marks];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? asOf) <= time) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : rowOfMark(low - 1, marks, rows) + 1;
  };
  return { from, to: asOf, at, countAt };
}

/** So many times are kept to look others up by: that many rows are told apart, and neighbours of them are not. */
const mostMarks = 4096;

function rowOfMark(mark: number, marks: number, rows: number): number {
  return Math.floor((mark * rows) / marks);
}

/** The same day of the month so many months earlier, or the last day that month has. */
export function monthsBefore(time: number, months: number): number {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() - months, date.getUTCDate()];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, lastDay)) + (time % dayMs);
}

/** How much happens in each hour of a day (UTC), compared with the others. */
const hours = [4, 3, 2, 1, 1, 2, 4, 7, 10, 12, 12, 13, 14, 13, 13, 14, 16, 18, 20, 22, 22, 19, 13, 8];
const ends = hours.map((_, hour) => hours.slice(0, hour + 1).reduce((sum, share) => sum + share, 0));
const total = ends.at(-1) ?? 1;

/** The first hour that a hundredth of a day's share can fall into, so that nobody has to count from midnight. */
const firstHours = Uint8Array.from({ length: 100 }, (_, part) =>
  ends.findIndex((end) => end > (part / 100) * total),
);

/** Moves a time within its day to where people are awake; what came later stays later. */
function withRhythm(time: number): number {
  const day = Math.floor(time / dayMs);
  const part = (time - day * dayMs) / dayMs;
  const share = part * total;
  let hour = firstHours[Math.floor(part * 100)] ?? 0;
  while (hour < 23 && share >= (ends[hour] ?? total)) hour++;
  const before = hour === 0 ? 0 : (ends[hour - 1] ?? 0);
  const within = (share - before) / (hours[hour] ?? 1);
  return Math.floor(day * dayMs + (hour + within) * 3_600_000);
}
