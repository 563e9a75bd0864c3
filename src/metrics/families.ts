import type { Family, Labels, Value } from "../kernel/exposition.ts";
import type { Row } from "../postgres/connect.ts";
import type { Column } from "./model.ts";

/** One family a column: the labels are those of the rows. What is NULL has no series, unless `whenNull` is given. */
export function familiesOf(
  rows: readonly Row[],
  labels: readonly Labels[],
  columns: readonly Column[],
  whenNull?: Value,
): Family[] {
  return columns.map(({ column, name, type, help }) => {
    const values: Value[] = [];
    const places: number[] = [];
    rows.forEach((row, index) => {
      const value = valueOf(row[column]) ?? whenNull;
      if (value === undefined) return;
      values.push(value);
      places.push(index);
    });
    const isWhole = values.length === rows.length;
    return {
      name,
      type,
      help,
      // Families that share their labels are looked through once.
      labels: isWhole ? labels : places.flatMap((index) => labels[index] ?? []),
      values,
    };
  });
}

/** A value of the driver's as a sample's: int8 and numeric are texts and stay as the server wrote them. */
export function valueOf(value: unknown): Value | undefined {
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return undefined;
}

/** A column's value as a label; NULL is the empty text, which Prometheus takes for no label. */
export function labelText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
