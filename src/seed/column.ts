import type { Clock } from "./clock.ts";
import type { Scalar } from "./model.ts";
import type { Table } from "./table.ts";

/** What kind of value a column holds: how it is written for COPY. */
export type Kind = "text" | "number" | "boolean" | "time" | "json";

/** A column that can be asked for the value of any row. Times are milliseconds since 1970, JSON is its text. */
export interface Column {
  readonly kind: Kind;
  readonly at: (row: number) => Scalar;
  /** Of a column that refers to a row of a table. */
  readonly reference?: Reference | undefined;
  /** Of a column whose times rise with the number of the row. */
  readonly clock?: Clock | undefined;
}

export interface Reference {
  readonly table: Table;
  /** The number of the row referred to, −1 where there is none. */
  readonly rowAt: (row: number) => number;
}

/** Keeps the last value: other columns of the same row ask for it again. */
export function remembering({ kind, at, reference, clock }: Column): Column {
  let lastRow = -1;
  let last: Scalar = null;
  return {
    kind,
    reference,
    clock,
    at: (row) => {
      if (row !== lastRow) {
        last = at(row);
        lastRow = row;
      }
      return last;
    },
  };
}
