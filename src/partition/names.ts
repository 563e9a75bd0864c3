/** Names of what is made: the period stays whole, the table's name gives way. Pure. */
import { fitName } from "../sql/fit-name.ts";
import type { Calendar } from "./calendar.ts";
import type { Range } from "./model.ts";

/** `events_p2026_11`, `events_p2026_q4`, `events_p2026_11_03`, `events_p2026`; never one that is taken. */
export function partitionName(
  table: string,
  range: Range,
  calendar: Calendar,
  isTaken: (name: string) => boolean,
): string {
  const ending = periodEnding(range, calendar);
  for (let number = 1; ; number++) {
    const name = fitName(table, number === 1 ? ending : `${ending}_${number}`);
    if (!isTaken(name)) return name;
  }
}

function periodEnding(range: Range, calendar: Calendar): string {
  const { year, month, day } = calendar.dayOf(range.from);
  const two = (number: number): string => String(number).padStart(2, "0");
  const four = String(year).padStart(4, "0");
  const date = `_p${four}_${two(month)}_${two(day)}`;
  const whole = calendar.periodAt(range.from);
  if (whole.from !== range.from || whole.to !== range.to) return date;
  switch (calendar.interval) {
    case "day":
    case "week":
      return date;
    case "month":
      return `_p${four}_${two(month)}`;
    case "quarter":
      return `_p${four}_q${(month + 2) / 3}`;
    case "year":
      return `_p${four}`;
  }
}
