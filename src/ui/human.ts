import type { TableBlock } from "./fit-table.ts";
import { oneLine, printable, truncate, wrapped } from "./printable.ts";
import type { Style } from "./style.ts";
import { cellText } from "./view.ts";
import type { Block, Cell } from "./view.ts";

/** Renders blocks for a terminal `width` columns wide. Ends with a newline unless there is nothing. */
export async function renderHuman(blocks: readonly Block[], style: Style, width: number): Promise<string> {
  const parts = await Promise.all(blocks.map((block) => renderBlock(block, style, width)));
  // A heading keeps its distance from what stands above it; at the top there is nothing.
  return parts
    .map((part) => `${part}\n`)
    .join("")
    .replace(/^\n/, "");
}

async function renderBlock(block: Block, style: Style, width: number): Promise<string> {
  switch (block.kind) {
    case "text":
      return wrapped(printable(block.text), width)
        .map((line) => style.tone(line, block.tone))
        .join("\n");
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

async function renderTable(block: TableBlock, style: Style, width: number): Promise<string> {
  const [{ default: Table }, { fitTable }] = await Promise.all([
    import("cli-table3"),
    import("./fit-table.ts"),
  ]);
  const { kept, left, widths } = fitTable(block, width);
  const table = new Table({
    head: kept.map((index, place) =>
      style.muted(truncate(block.columns[index]?.name ?? "", widths[place] ?? width)),
    ),
    colAligns: kept.map((index) => block.columns[index]?.align ?? "left"),
    chars: noBorders,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(
    ...block.rows.map((row) =>
      kept.map((index, place) => renderCell(row[index] ?? null, style, widths[place] ?? width)),
    ),
  );
  const lines = table.toString().split("\n");
  const more =
    left.length === 0
      ? []
      : [
          style.muted(
            truncate(`Too narrow for ${left.map((index) => block.columns[index]?.name).join(", ")}.`, width),
          ),
        ];
  return [...lines.map((line) => line.trimEnd()), ...more].join("\n");
}

function renderCell(cell: Cell, style: Style, most: number): string {
  const content = truncate(oneLine(cellText(cell)), most);
  return typeof cell === "object" && cell !== null ? style.tone(content, cell.tone) : content;
}
