import type { ColumnDescription, Row } from "./connect.ts";

/** What the driver gives, told apart and in our own words. */

type DriverAnswer = readonly Row[] & { readonly command: string; readonly count: number };

/** To several statements the driver gives a list of answers, to one the answer itself, a list of rows. */
export function isAnswer(value: unknown): value is DriverAnswer {
  return Array.isArray(value) && "command" in value;
}

interface DriverColumn {
  readonly name: string;
  readonly type: number;
  readonly table: number;
  readonly number: number;
}

/** A statement that gives no rows has no columns at all. */
export function describeColumns(columns: readonly DriverColumn[] | undefined): ColumnDescription[] {
  return (columns ?? []).map(({ name, type, table, number }) => ({
    name,
    typeOid: type,
    tableOid: table,
    attributeNumber: number,
  }));
}

/** A row in the server's own text. */
export function textOf(row: readonly (Uint8Array | null)[]): (string | null)[] {
  return row.map((value) => (value === null ? null : Buffer.from(value).toString("utf8")));
}
