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
/** No column that can be cut is cut below this. */
const leastWidth = 12;

/**
 * Fits a table into a width: what can be cut gives way first (texts, never numbers, which would lie), then optional
 * columns are left out from the right, then everything is cut that must be.
 */
export function fitTable(block: TableBlock, width: number): Fit {
  const needs = block.columns.map(({ name }, index) =>
    Math.max(
      displayWidth(name),
      ...block.rows.map((row) => displayWidth(oneLine(cellText(row[index] ?? null)))),
    ),
  );
  const isNumber = block.columns.map(({ align }) => align === "right");
  const least = needs.map((need, index) => (isNumber[index] === true ? need : Math.min(need, leastWidth)));
  const kept = needs.map((_, index) => index).filter((index) => block.columns[index]?.isRawOnly !== true);
  const left: number[] = [];
  const totalOf = (widths: readonly number[]): number =>
    kept.reduce((sum, index) => sum + (widths[index] ?? 0), gap * (kept.length - 1));
  for (;;) {
    if (totalOf(least) <= width) break;
    const place = kept.findLastIndex((index) => block.columns[index]?.isOptional === true);
    if (place < 0) break;
    left.unshift(...kept.splice(place, 1));
  }
  const widths = [...needs];
  shrink(
    widths,
    kept.filter((index) => isNumber[index] !== true),
    totalOf(widths) - width,
    leastWidth,
  );
  shrink(widths, kept, totalOf(widths) - width, 1);
  return { kept, left: left.toSorted((a, b) => a - b), widths: kept.map((index) => widths[index] ?? 0) };
}

/** Takes so much from the widest of these columns, step by step; none becomes narrower than `least`. */
function shrink(widths: number[], columns: readonly number[], by: number, least: number): void {
  let excess = by;
  const widthOf = (index: number): number => widths[index] ?? 0;
  while (excess > 0) {
    const widest = Math.max(0, ...columns.map(widthOf));
    const column = columns.find((index) => widthOf(index) === widest);
    if (column === undefined || widest <= least) return;
    const next = Math.max(least, ...columns.map(widthOf).filter((width) => width < widest));
    const give = Math.min(excess, Math.max(1, widest - next));
    widths[column] = widest - give;
    excess -= give;
  }
}
