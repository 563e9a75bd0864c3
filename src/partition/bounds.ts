/** Bounds of partitions: read from the catalog's text, written as full literals. Pure. */
import type { Instant, KeyType, Range } from "./model.ts";

const bounds = /^FOR VALUES FROM \((?:'([^']+)'|MINVALUE)\) TO \((?:'([^']+)'|MAXVALUE)\)$/;
const moment =
  /^(\d{4,6})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?)?( BC)?$/;

const usual = /^[1-9]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d\+00$/;

/**
 * Gives the range that a bound of the catalog says, read in UTC with ISO dates; undefined when it says something else.
 * Where one partition ends the next begins: each moment is read once.
 */
export function boundParser(): (text: string) => Range | undefined {
  const known = new Map<string, Instant | undefined>();
  const read = (text: string): Instant | undefined => {
    if (!known.has(text)) known.set(text, parseInstant(text));
    return known.get(text);
  };
  return (text) => {
    const match = bounds.exec(text);
    if (match === null) return undefined;
    const from = match[1] === undefined ? Number.NEGATIVE_INFINITY : read(match[1]);
    const to = match[2] === undefined ? Number.POSITIVE_INFINITY : read(match[2]);
    return from === undefined || to === undefined ? undefined : { from, to };
  };
}

/** `2026-11-01 00:00:00+00`, `2026-11-01`, `infinity`: microseconds. */
export function parseInstant(text: string): Instant | undefined {
  // What nearly every bound is; a thousand are read on each run.
  if (usual.test(text)) {
    const two = (at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
    const day = Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17));
    return day * 1000;
  }
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  const match = moment.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", sign, oh, om, os, bc] =
    match;
  const date = new Date(0);
  date.setUTCFullYear(bc === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  const offset = (Number(oh ?? 0) * 3600 + Number(om ?? 0) * 60 + Number(os ?? 0)) * (sign === "-" ? -1 : 1);
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
  return date.getTime() * 1000 + seconds * 1_000_000 + Number(fraction.padEnd(6, "0"));
}

/** An instant as a literal's text, with its offset: read the same in every session. */
export function instantText(instant: Instant, keyType: KeyType): string {
  const ms = Math.floor(instant / 1000);
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const [shown, era] = year > 0 ? [year, ""] : [1 - year, " BC"];
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${String(shown).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  if (keyType === "date") return `${day}${era}`;
  const micros = instant - Math.floor(instant / 1_000_000) * 1_000_000;
  const fraction = micros === 0 ? "" : `.${String(micros).padStart(6, "0")}`;
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${day} ${time}${fraction}+00${era}`;
}

/** `FROM ('…') TO ('…')`. */
export function boundSql({ from, to }: Range, keyType: KeyType): string {
  const side = (instant: Instant): string =>
    Number.isFinite(instant) ? `'${instantText(instant, keyType)}'` : instant < 0 ? "MINVALUE" : "MAXVALUE";
  return `FROM (${side(from)}) TO (${side(to)})`;
}

/** ISO 8601 for results; null without end. */
export function isoOf(instant: Instant, keyType: KeyType): string | null {
  if (!Number.isFinite(instant)) return null;
  const text = instantText(instant, keyType);
  return keyType === "date" ? text : text.replace(" ", "T").replace("+00", "Z");
}

/** What of `whole` none of `covered` covers, in order. */
export function uncovered(whole: Range, covered: readonly Range[]): Range[] {
  const gaps: Range[] = [];
  let at = whole.from;
  for (const { from, to } of covered.toSorted((a, b) => a.from - b.from)) {
    if (from >= whole.to) break;
    if (from > at) gaps.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  if (at < whole.to) gaps.push({ from: at, to: whole.to });
  return gaps;
}
