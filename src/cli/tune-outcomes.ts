import { textOf } from "../tune/value.ts";
import type { Outcome, Standing } from "../tune/model.ts";
import { table } from "../ui/view.ts";
import type { Block, Tone } from "../ui/view.ts";

const tones: Readonly<Record<Standing, Tone>> = {
  applied: "good",
  "pending restart": "warning",
  overridden: "bad",
  strayed: "bad",
};

/** How each setting stands, as a table. */
export function outcomeTable(outcomes: readonly Outcome[]): Block {
  return table(
    [{ name: "setting", rawName: "name" }, "wanted", "actual", "status", { name: "by", least: 20 }],
    outcomes.map(({ name, wanted, actual, unit, status, by }) => [
      name,
      { text: textOf(wanted, unit), raw: wanted },
      { text: textOf(actual, unit), raw: actual },
      { text: status, tone: tones[status] },
      by.join("; "),
    ]),
  );
}

/** The outcomes with that standing, named. */
export function named(outcomes: readonly Outcome[], status: Standing): string {
  return outcomes
    .filter((outcome) => outcome.status === status)
    .map(({ name }) => name)
    .join(", ");
}
