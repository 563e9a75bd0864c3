import { rawName, rawText } from "./view.ts";
import type { Block } from "./view.ts";

/** The tables of a view as RFC 4180 CSV; a blank line between two tables. */
export function renderCsv(blocks: readonly Block[]): string {
  return blocks
    .filter((block) => block.kind === "table")
    .map(({ columns, rows }) =>
      [columns.map(rawName), ...rows.map((row) => row.map(rawText))]
        .map((fields) => `${fields.map(quoteField).join(",")}\r\n`)
        .join(""),
    )
    .join("\r\n");
}

function quoteField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
