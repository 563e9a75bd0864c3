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
    const values = rows.map((row) => valueOf(row[column]) ?? whenNull);
    if (!values.includes(undefined)) return { name, type, help, labels, values: values.map(orNaN) };
    const known = values.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
    return {
      name,
      type,
      help,
      labels: known.flatMap(({ index }) => labels[index] ?? []),
      values: known.map(({ value }) => value),
    };
  });
}

function orNaN(value: Value | undefined): Value {
  return value ?? Number.NaN;
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
