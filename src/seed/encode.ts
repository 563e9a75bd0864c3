import { copyNull, copyText } from "../sql/copy-text.ts";
import type { Column } from "./column.ts";
import { timeText } from "./value-text.ts";

/** One row as a line of COPY's text format. */
export function encodeRow(columns: readonly Column[], row: number): string {
  let line = "";
  for (let index = 0; index < columns.length; index++) {
    if (index > 0) line += "\t";
    const column = columns[index];
    if (column !== undefined) line += encodeValue(column, row);
  }
  return `${line}\n`;
}

function encodeValue({ kind, at }: Column, row: number): string {
  const value = at(row);
  if (value === null) return copyNull;
  switch (kind) {
    case "number":
      return String(value);
    case "boolean":
      return value === true ? "t" : "f";
    case "time":
      return typeof value === "number" ? timeText(value) : copyNull;
    case "text":
    case "json":
      return copyText(String(value));
  }
}
