import { formatDuration } from "../../../../kernel/duration.ts";
import { groupDigits } from "../../../../kernel/digits.ts";
import { printable, truncate } from "../../../../ui/printable.ts";
import { bar, formatBytes, formatCount, formatPercent } from "../../../../ui/units.ts";
import { table } from "../../../../ui/view.ts";
import type { Block, Cell, RichCell, Tone } from "../../../../ui/view.ts";

/**
 * What a column holds; durations in milliseconds, sizes in bytes, parts from 0 to 1, times in ISO 8601; `integer`: a whole
 * number of 64 bits, as a text. */
export type Unit =
  | "integer"
  | "text"
  | "query"
  | "count"
  | "bytes"
  | "ms"
  | "part"
  | "bar"
  | "time"
  | "boolean";

export interface ReportColumn<Row> {
  /** Shown to people. */
  readonly name: string;
  /** The field of the row, and the column's name for programs. */
  readonly field: keyof Row & string;
  readonly unit: Unit;
  readonly tone?: (row: Row) => Tone | undefined;
  /** What people see in place of the plain value. */
  readonly show?: (row: Row) => string;
  /** Left out where the terminal is too narrow. */
  readonly isOptional?: boolean;
  /** A text is worth showing from this width on. */
  readonly least?: number;
}

/** Fewer characters of a query tell nothing. */
const leastQuery = 32;

/** What happened to a row's counters between two frames of --watch. */
export interface Watched {
  readonly perSecond?: Readonly<Record<string, number | null>>;
}

/** Characters of a query text in a table that is not cut by a terminal. */
const queryCharacters = 160;

/** The rows as a table: formatted for people; raw, and with every other field of the rows, for programs. */
export function reportTable<Row extends object>(
  columns: readonly ReportColumn<Row>[],
  rows: readonly Row[],
): Block {
  const others = otherFields(columns, rows);
  return table(
    [
      ...columns.map(({ name, field, unit, isOptional = false, least }) => ({
        name,
        rawName: field,
        align: isRight(unit) ? ("right" as const) : ("left" as const),
        isOptional,
        least: least ?? (unit === "query" ? leastQuery : undefined),
      })),
      ...others.map((name) => ({ name, isRawOnly: true })),
    ],
    rows.map((row) => [
      ...columns.map((column) => cellOf(column, row)),
      ...others.map((name): Cell => rawOf(Reflect.get(row, name))),
    ]),
  );
}

/** Fields that no column shows, in the order of the first row. */
function otherFields<Row extends object>(
  columns: readonly ReportColumn<Row>[],
  rows: readonly Row[],
): readonly string[] {
  const shown = new Set<string>(columns.map(({ field }) => field));
  return Object.keys(rows[0] ?? {}).filter((name) => !shown.has(name));
}

function isRight(unit: Unit): boolean {
  return (
    unit === "bar" ||
    unit === "count" ||
    unit === "bytes" ||
    unit === "ms" ||
    unit === "part" ||
    unit === "integer"
  );
}

function cellOf<Row extends object>(column: ReportColumn<Row>, row: Row): Cell {
  const value: unknown = row[column.field];
  const rate = rateOf(row, column.field);
  const shown = column.show?.(row) ?? formatValue(value, column.unit);
  const content = rate === undefined ? shown : `${shown} ${rate}`;
  const cell: RichCell = { text: content, tone: column.tone?.(row), raw: rawOf(value) };
  return cell;
}

/** `+12/s`, or undefined outside of --watch. */
function rateOf(row: Watched, field: string): string | undefined {
  const rate = row.perSecond?.[field];
  if (rate === undefined) return undefined;
  return rate === null ? "(reset)" : `+${formatCount(rate)}/s`;
}

function rawOf(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  return printable(typeof value === "string" ? value : JSON.stringify(value));
}

/** A value for people; `n/a` for what is not known, which is not 0. */
export function formatValue(value: unknown, unit: Unit): string {
  if (value === undefined || value === null) return unit === "text" || unit === "query" ? "" : "n/a";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") {
    const content = typeof value === "string" ? value : JSON.stringify(value);
    if (unit === "integer") return groupDigits(content);
    if (unit === "query") return truncate(content.replace(/\s+/g, " ").trim(), queryCharacters);
    return unit === "time" ? content.replace("T", " ").replace(/\.\d+/, "").replace("+00:00", "Z") : content;
  }
  switch (unit) {
    case "bytes":
      return formatBytes(value);
    case "ms":
      return value > 0 && value < 10 ? `${Number(value.toFixed(2))} ms` : formatDuration(value);
    case "part":
      return formatPercent(value);
    case "bar":
      return `${formatPercent(value)} ${bar(value, 8)}`;
    case "count":
    case "integer":
    case "text":
    case "query":
    case "time":
    case "boolean":
      return formatCount(value);
  }
}
