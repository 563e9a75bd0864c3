import { oneLine } from "./printable.ts";
import { cellText } from "./view.ts";
import type { Block } from "./view.ts";
import { displayWidth } from "./width.ts";

export type TableBlock = Extract<Block, { kind: "table" }>;

/** How a table is made to fit: columns by their index, and how wide each kept one may be. */
export interface Fit {
  readonly kept: readonly number[];
  /** Columns that there is no room for. */
  readonly left: readonly number[];
  readonly widths: readonly number[];
}

const gap = 2;
/** A text is cut to this before a column is left out, unless the column says otherwise. */
const leastText = 12;
/** Less of a text than this says nothing at all. */
const leastCut = 3;
/** What must be read of a number's heading. */
const leastHeading = 9;

/**
 * Fits a table into a width: texts give way first, then the headings of numbers, then optional columns are left out
 * from the right, then texts are cut to almost nothing, then numbers are left out too. A number is never cut, which would
 * lie, but where not even one has room.
 */
export function fitTable(block: TableBlock, width: number): Fit {
  const values = block.columns.map((_, index) =>
    Math.max(0, ...block.rows.map((row) => displayWidth(oneLine(cellText(row[index] ?? null))))),
  );
  const needs = block.columns.map(({ name }, index) => Math.max(displayWidth(name), values[index] ?? 0));
  const isNumber = block.columns.map(({ align }) => align === "right");
  const least = needs.map((need, index) =>
    isNumber[index] === true
      ? Math.max(values[index] ?? 0, Math.min(need, leastHeading))
      : Math.min(need, block.columns[index]?.least ?? leastText),
  );
  const leastOf = (index: number): number => least[index] ?? 0;
  const kept = needs.map((_, index) => index).filter((index) => block.columns[index]?.isRawOnly !== true);
  const left: number[] = [];
  const totalOf = (widths: readonly number[]): number =>
    kept.reduce((sum, index) => sum + (widths[index] ?? 0), gap * (kept.length - 1));
  while (totalOf(least) > width) {
    const place = kept.findLastIndex((index) => block.columns[index]?.isOptional === true);
    if (place < 0) break;
    left.unshift(...kept.splice(place, 1));
  }
  // Where every text is cut to almost nothing and there still is no room, numbers go one by one: all but the first.
  const bare = least.map((need, index) =>
    isNumber[index] === true ? (values[index] ?? 0) : Math.min(need, leastCut),
  );
  while (totalOf(bare) > width) {
    const numbers = kept.filter((index) => isNumber[index] === true);
    const last = numbers.at(-1);
    if (numbers.length < 2 || last === undefined) break;
    left.unshift(...kept.splice(kept.indexOf(last), 1));
  }
  const widths = [...needs];
  const texts = kept.filter((index) => isNumber[index] !== true);
  shrink(widths, texts, totalOf(widths) - width, leastOf);
  shrink(widths, kept, totalOf(widths) - width, leastOf);
  shrink(widths, texts, totalOf(widths) - width, (index) => Math.min(leastOf(index), leastText));
  shrink(widths, texts, totalOf(widths) - width, () => leastCut);
  shrink(widths, kept, totalOf(widths) - width, () => 1);
  return { kept, left: left.toSorted((a, b) => a - b), widths: kept.map((index) => widths[index] ?? 0) };
}

/** Takes so much from the widest of these columns, step by step; none becomes narrower than its least. */
function shrink(
  widths: number[],
  columns: readonly number[],
  by: number,
  least: (index: number) => number,
): void {
  const widthOf = (index: number): number => widths[index] ?? 0;
  for (let excess = by; excess > 0;) {
    const open = columns.filter((index) => widthOf(index) > least(index));
    const widest = Math.max(0, ...open.map(widthOf));
    const [column, other] = open.filter((index) => widthOf(index) === widest);
    if (column === undefined) return;
    const next = Math.max(least(column), ...open.map(widthOf).filter((width) => width < widest));
    const give = other === undefined ? Math.min(excess, widest - next) : 1;
    widths[column] = widest - give;
    excess -= give;
  }
}
