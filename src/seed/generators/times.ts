import { dayMs } from "../../kernel/duration.ts";
import { makeClock } from "../clock.ts";
import type { Makers, Place } from "../place.ts";

/** Times: a history that rises with the rows, and what happens after something else. */
export const timeMakers: Makers<"spread" | "after" | "plus"> = {
  spread: ({ months, growth = 1, ties = 0 }, { table, key, asOf, fail }) => {
    if (table.file.pairs !== undefined)
      throw fail("the rows of a table of pairs stand in no order of time", "after");
    const clock = makeClock({ rows: table.rows, asOf, months, growth, ties, key });
    return { kind: "time", at: clock.at, clock };
  },

  after: ({ columns, lean = "even", share = 1, withinDays }, place) => {
    const { random, key, asOf } = place;
    const moments = columns.map((name) => momentOf(name, place));
    const most = withinDays === undefined ? Number.POSITIVE_INFINITY : withinDays * dayMs;
    return {
      kind: "time",
      at: (row) => {
        random.seek(key, row);
        let latest = Number.NEGATIVE_INFINITY;
        for (const moment of moments) latest = Math.max(latest, moment(row));
        if (latest === Number.NEGATIVE_INFINITY) return null;
        if (share < 1 && random.unit() >= share) return latest;
        const unit = random.unit();
        const part = lean === "early" ? unit * unit : lean === "late" ? 1 - unit * unit : unit;
        return Math.floor(latest + Math.min(Math.max(asOf - latest, 0), most) * part);
      },
    };
  },

  plus: ({ column, days }, { own, fail }) => {
    const from = own(column);
    if (from.kind !== "time") throw fail(`${column} is no time`, "a column made by spread, after or plus");
    return {
      kind: "time",
      at: (row) => {
        const time = from.at(row);
        return typeof time === "number" ? time + days * dayMs : null;
      },
    };
  },
};

/** The time in a column, or the time since when the row that it refers to is there. */
function momentOf(name: string, { own, fail }: Place): (row: number) => number {
  const { kind, at, reference } = own(name);
  if (kind === "time") {
    return (row) => {
      const time = at(row);
      return typeof time === "number" ? time : Number.NEGATIVE_INFINITY;
    };
  }
  const clock = reference?.table.clock;
  if (reference === undefined || clock === undefined) {
    throw fail(
      `${name} is no time and refers to no row that has one`,
      "a column made by spread, after or plus, or one that refers to a table with spread",
    );
  }
  return (row) => {
    const other = reference.rowAt(row);
    return other < 0 ? Number.NEGATIVE_INFINITY : clock.at(other);
  };
}
