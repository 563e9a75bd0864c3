import type { ColumnDescription, TextResult } from "../postgres/connect.ts";
import { jsonValue, plainText } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/** The rows of a result, kept as the server wrote them. As JSON they are objects by column name. */
export class Rows {
  readonly columns: readonly ColumnDescription[];
  readonly #rows: TextResult["rows"];

  constructor({ columns, rows }: TextResult) {
    this.columns = withDistinctNames(columns);
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** For people and spreadsheets, in the order of the columns. */
  plain(): (string | null)[][] {
    return this.#rows.map((row) =>
      this.columns.map(({ typeOid }, at) => plainText(row[at] ?? null, typeOid)),
    );
  }

  toJSON(): { readonly [column: string]: JsonValue }[] {
    return this.#rows.map((row) =>
      Object.fromEntries(
        this.columns.map(({ name, typeOid }, at) => [name, jsonValue(row[at] ?? null, typeOid)]),
      ),
    );
  }
}

/** An object holds one value by each name: the second `id` is `id_2`. */
function withDistinctNames(columns: readonly ColumnDescription[]): ColumnDescription[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let { name } = column;
    for (let number = 2; taken.has(name); number++) name = `${column.name}_${number}`;
    taken.add(name);
    return { ...column, name };
  });
}
