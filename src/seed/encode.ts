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
  if (value === null) return "\\N";
  switch (kind) {
    case "number":
      return String(value);
    case "boolean":
      return value === true ? "t" : "f";
    case "time":
      return typeof value === "number" ? timeText(value) : "\\N";
    case "text":
    case "json":
      return escape(String(value));
  }
}

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function escape(text: string): string {
  return special.test(text)
    ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character)
    : text;
}
