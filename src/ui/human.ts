import { oneLine, printable, truncate } from "./printable.ts";
import type { Style } from "./style.ts";
import { cellText } from "./view.ts";
import type { Block, Cell } from "./view.ts";

/** Renders blocks for a terminal `width` columns wide. Ends with a newline unless there is nothing. */
export async function renderHuman(blocks: readonly Block[], style: Style, width: number): Promise<string> {
  const parts = await Promise.all(blocks.map((block) => renderBlock(block, style, width)));
  // A heading keeps its distance from what stands above it; at the top there is nothing.
  return parts.map((part) => `${part}\n`).join("").replace(/^\n/, "");
}

async function renderBlock(block: Block, style: Style, width: number): Promise<string> {
  switch (block.kind) {
    case "text":
      return style.tone(printable(block.text), block.tone);
    case "heading":
      return `\n${style.bold(printable(block.text))}`;
    case "pairs":
      return renderPairs(block.pairs, style);
    case "sql":
      return printable(block.sql.trimEnd());
    case "hint":
      return style.muted(`Next: ${printable(block.text)}`);
    case "table":
      return renderTable(block, style, width);
  }
}

function renderPairs(pairs: readonly (readonly [string, string])[], style: Style): string {
  const longest = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${style.muted(name.padEnd(longest))}  ${printable(value)}`).join("\n");
}

const noBorders = {
  top: "", "top-mid": "", "top-left": "", "top-right": "",
  bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "",
  left: "", "left-mid": "", mid: "", "mid-mid": "",
  right: "", "right-mid": "", middle: "  ",
} as const; // prettier-ignore

async function renderTable(block: Extract<Block, { kind: "table" }>, style: Style, width: number): Promise<string> {
  const { default: Table } = await import("cli-table3");
  const table = new Table({
    head: block.columns.map(({ name }) => style.muted(name)),
    colAligns: block.columns.map(({ align }) => align ?? "left"),
    chars: noBorders,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  const most = widestCells(block, width);
  table.push(...block.rows.map((row) => row.map((cell, index) => renderCell(cell, style, most[index] ?? width))));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function renderCell(cell: Cell, style: Style, most: number): string {
  const content = truncate(oneLine(cellText(cell)), most);
  return typeof cell === "object" && cell !== null ? style.tone(content, cell.tone) : content;
}

/** How wide each column may be: what it needs, and where all together do not fit, the widest ones give way. */
function widestCells(block: Extract<Block, { kind: "table" }>, width: number): number[] {
  const needs = block.columns.map(({ name }, index) =>
    Math.max(name.length, ...block.rows.map((row) => oneLine(cellText(row[index] ?? null)).length)),
  );
  const room = width - 2 * (needs.length - 1);
  let excess = needs.reduce((sum, need) => sum + need, 0) - room;
  while (excess > 0) {
    const widest = needs.indexOf(Math.max(...needs));
    const need = needs[widest] ?? 0;
    if (need <= 12) break;
    const nextWidest = Math.max(11, ...needs.filter((other) => other < need));
    const give = Math.max(1, Math.min(excess, need - nextWidest));
    needs[widest] = need - give;
    excess -= give;
  }
  return needs;
}
