import type { ReportColumn } from "./columns.ts";
import { formatValue } from "./columns.ts";
import type { Unit } from "./columns.ts";

/** A figure with its own unit, as some reports list them. */
export interface Figure {
  readonly area: string;
  readonly figure: string;
  readonly value: number | string | null;
  readonly unit: Unit;
  readonly isBad: boolean;
}

/** Columns of a list of figures; for programs the unit says how to read the value. */
export function figureColumns<Row extends Figure>(): readonly ReportColumn<Row>[] {
  return [
    { name: "area", field: "area", unit: "text" },
    { name: "figure", field: "figure", unit: "text" },
    {
      name: "value",
      field: "value",
      unit: "count",
      show: ({ value, unit }) => (value === null ? "n/a" : formatValue(value, unit)),
      tone: ({ isBad }) => (isBad ? "bad" : undefined),
    },
  ];
}
