/** Periods of a calendar in a fixed zone: where they begin, as instants. Pure; the session's own zone never enters. */
import { dayMs } from "../kernel/duration.ts";
import type { Instant, Interval, KeyType, Range, Span } from "./model.ts";

/** A day of the calendar; months count from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const microseconds = 1000;
const dayMicroseconds = dayMs * microseconds;

/** True for a zone that the calendar knows by name, e.g. `UTC`, `Europe/Paris`. */
export function isZone(zone: string): boolean {
  // Offsets (`+02:00`) are no zones: they know no summer time, and PostgreSQL reads their sign the other way round.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    calendar: "gregory",
    numberingSystem: "latn",
  });
  clocks.set(zone, clock);
  return clock;
}

/** The day that a clock in that zone shows at an instant. */
export function dayAt(instant: Instant, zone: string): Day {
  const time = new Date(Math.floor(instant / microseconds));
  if (zone === "UTC")
    return { year: time.getUTCFullYear(), month: time.getUTCMonth() + 1, day: time.getUTCDate() };
  const parts = Object.fromEntries(
    clockOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const year = Number(parts["year"]);
  return {
    year: parts["era"] === "BC" ? 1 - year : year,
    month: Number(parts["month"]),
    day: Number(parts["day"]),
  };
}

/** When a day begins there: its midnight, or the first moment after it where summer time skips midnight. */
export function startOf(day: Day, zone: string): Instant {
  const guess = utc(day);
  if (zone === "UTC") return guess * microseconds;
  const key = `${zone} ${guess}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const isReached = (ms: number): boolean => utc(dayAt(ms * microseconds, zone)) >= guess;
  // Clocks differ from UTC by less than 15 hours, and nearly always by whole quarters of one.
  let [before, after] = narrow(guess - 15 * 3_600_000, guess + 15 * 3_600_000, quarterMs, isReached);
  if (isReached(after - 1)) [before, after] = narrow(before, after, 1, isReached);
  starts.set(key, after * microseconds);
  return after * microseconds;
}

const quarterMs = 900_000;
const starts = new Map<string, Instant>();

/** Halves a stretch, in steps, until it is one step long and what is looked for lies at its end. */
function narrow(
  from: number,
  to: number,
  step: number,
  isReached: (at: number) => boolean,
): [number, number] {
  let [before, after] = [from, to];
  while (after - before > step) {
    const middle = before + Math.floor((after - before) / step / 2) * step;
    if (isReached(middle)) after = middle;
    else before = middle;
  }
  return [before, after];
}

/** Days as numbers that can be compared and added to. */
function utc({ year, month, day }: Day): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

function fromUtc(ms: number): Day {
  return dayAt(ms * microseconds, "UTC");
}

/** The first day of the period that a day lies in. Weeks begin on Monday. */
export function firstDay(day: Day, interval: Interval): Day {
  switch (interval) {
    case "day":
      return day;
    case "week":
      return fromUtc(utc(day) - ((new Date(utc(day)).getUTCDay() + 6) % 7) * dayMs);
    case "month":
      return { ...day, day: 1 };
    case "quarter":
      return { ...day, month: day.month - ((day.month - 1) % 3), day: 1 };
    case "year":
      return { ...day, month: 1, day: 1 };
  }
}

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

/** So many days, weeks, … later. Where the month is too short, its last day: 29 February less a year is 28 February. */
export function addSpan(day: Day, { count, unit }: Span): Day {
  if (unit === "day" || unit === "week") return fromUtc(utc(day) + count * (unit === "day" ? 1 : 7) * dayMs);
  const months = day.year * 12 + day.month - 1 + count * monthsOf[unit];
  const [year, month] = [Math.floor(months / 12), months - Math.floor(months / 12) * 12 + 1];
  const last = fromUtc(utc({ year, month: month + 1, day: 1 }) - dayMs).day;
  return { year, month, day: Math.min(day.day, last) };
}

/** The calendar of a table: where the periods of its policy begin. */
export interface Calendar {
  readonly interval: Interval;
  /** True where a period begins. */
  begins(instant: Instant): boolean;
  /** The period that an instant lies in. */
  periodAt(instant: Instant): Range;
  /** The beginning of the period that many periods after the one of an instant. */
  later(instant: Instant, periods: number): Instant;
  /** The midnight a span before an instant's day. */
  before(instant: Instant, span: Span): Instant;
  /** The first day of the period that begins at an instant. */
  dayOf(instant: Instant): Day;
}

/** For a column of dates the periods are those of the dates themselves; the zone only says which day is today. */
export function calendarOf(interval: Interval, timezone: string, keyType: KeyType): Calendar {
  const zone = keyType === "date" ? "UTC" : timezone;
  const start = (instant: Instant): Day => firstDay(dayAt(instant, zone), interval);
  const at = (day: Day, periods: number): Instant =>
    startOf(addSpan(day, { count: periods, unit: interval }), zone);
  return {
    interval,
    // A thousand bounds are looked at on each run: days that begin at midnight UTC are told by a division.
    begins: (instant) =>
      zone === "UTC" && (interval === "day" || instant % dayMicroseconds !== 0)
        ? instant % dayMicroseconds === 0
        : at(start(instant), 0) === instant,
    periodAt: (instant) => ({ from: at(start(instant), 0), to: at(start(instant), 1) }),
    later: (instant, periods) => at(start(instant), periods),
    before: (instant, { count, unit }) =>
      startOf(addSpan(dayAt(instant, zone), { count: -count, unit }), zone),
    dayOf: (instant) => dayAt(instant, zone),
  };
}

/** Now, as a value of the column: for dates the day that it is in the policy's zone. */
export function nowFor(keyType: KeyType, now: Instant, timezone: string): Instant {
  return keyType === "date" ? utc(dayAt(now, timezone)) * microseconds : now;
}

/** About how many days a span has, to compare spans by. */
export function daysOf({ count, unit }: Span): number {
  return count * { day: 1, week: 7, month: 30.437, quarter: 91.31, year: 365.25 }[unit];
}
