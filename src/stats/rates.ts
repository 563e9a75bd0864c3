import { rounded } from "./numbers.ts";

/** What of a report's rows grows, and what makes a row the same one again. */
export interface Counting<Row> {
  readonly keyOf: (row: Row) => string;
  readonly fields: readonly (keyof Row & string)[];
}

interface Rows<Row> {
  readonly rows: readonly Row[];
}

/**
 * The later report, each of its rows with `perSecond`: how fast its counters grew since the earlier one. Null where one
 * has become less: it was reset. Without an earlier report, or for a row that was not there, nothing is added.
 */
export function rates<Row extends object, R extends Rows<Row>>(
  counting: Counting<Row> | undefined,
  before: R | undefined,
  after: R,
  elapsedMs: number,
): R {
  if (counting === undefined || before === undefined || elapsedMs <= 0) return after;
  const { keyOf, fields } = counting;
  const earlier = new Map(before.rows.map((row) => [keyOf(row), row]));
  const rows = after.rows.map((row) => {
    const then = earlier.get(keyOf(row));
    if (then === undefined) return row;
    const perSecond: Record<string, number | null> = {};
    for (const field of fields) {
      const [now, was]: unknown[] = [row[field], then[field]];
      if (typeof now === "number" && typeof was === "number") {
        perSecond[field] = now < was ? null : rounded(((now - was) * 1000) / elapsedMs, 2);
      }
    }
    return { ...row, perSecond };
  });
  return { ...after, rows };
}
